module shop

go 1.21

require github.com/Eppo-exp/golang-sdk/v6 v6.3.0

require (
	github.com/Masterminds/semver/v3 v3.2.1 // indirect
	github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.27.0 // indirect
)
