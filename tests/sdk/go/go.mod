module eppo-emulator/tests/sdk/go

go 1.21

require github.com/Eppo-exp/golang-sdk/v6 v6.3.0
