package shop

import (
	"testing"
	"time"

	"github.com/Eppo-exp/golang-sdk/v6/eppoclient"

	"shop/eppotest"
)

func started(t *testing.T, sandbox *eppotest.Sandbox) *eppoclient.EppoClient {
	t.Helper()
	client, err := eppoclient.InitClient(eppoclient.Config{
		SdkKey:         sandbox.SdkKey,
		BaseUrl:        sandbox.BaseUrl,
		PollerInterval: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	<-client.Initialized()
	return client
}

func TestEverybodySeesTheShortHeadline(t *testing.T) {
	t.Parallel()
	sandbox := eppotest.New(t)
	client := started(t, sandbox)

	sandbox.Serve("signup-headline", "short")
	sandbox.Await()

	if seen := Headline(client, "ann"); seen != "short" {
		t.Errorf("ann sees %q", seen)
	}
}

func TestWithoutTheFlagThereIsTheDefault(t *testing.T) {
	t.Parallel()
	sandbox := eppotest.New(t)
	sandbox.Off("signup-headline")

	client := started(t, sandbox)

	if seen := Headline(client, "ann"); seen != "control" {
		t.Errorf("ann sees %q", seen)
	}
}
