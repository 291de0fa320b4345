package main

import (
	"fmt"
	"os"

	"github.com/Eppo-exp/golang-sdk/v6/eppoclient"
)

type logger struct{}

func (logger) LogAssignment(eppoclient.AssignmentEvent) {}

func main() {
	baseUrl := os.Getenv("EPPO_BASE_URL")
	if baseUrl == "" {
		baseUrl = "http://127.0.0.1:8378/api"
	}
	client, err := eppoclient.InitClient(eppoclient.Config{
		SdkKey:           "local-test",
		BaseUrl:          baseUrl,
		AssignmentLogger: logger{},
	})
	if err != nil {
		panic(err)
	}
	<-client.Initialized()
	headline, _ := client.GetStringAssignment("signup-headline", "ann", nil, "control")
	fmt.Println(headline)
}
