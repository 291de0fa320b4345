package eppotest

import (
	"encoding/json"
	"net/http"
	"testing"
)

// variation asks the emulator itself what somebody who uses the sandbox gets.
func variation(t *testing.T, sandbox *Sandbox, subject string) any {
	t.Helper()
	question := map[string]any{"flag": "signup-headline", "subject": subject, "sdkKey": sandbox.SdkKey}
	var answer struct{ Variation any }
	if err := json.Unmarshal(call(t, http.MethodPost, "/evaluate", question), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Variation
}

func TestServeIsForEverybodyOrForTheSubjects(t *testing.T) {
	t.Parallel()
	everybody, one := New(t), New(t)

	everybody.Serve("signup-headline", "short")
	one.Serve("signup-headline", "short", "ann")

	if seen := variation(t, everybody, "bob"); seen != "short" {
		t.Errorf("bob sees %q", seen)
	}
	if seen := variation(t, one, "bob"); seen == "short" {
		t.Errorf("bob sees what is for ann")
	}
}

func TestOffLeavesTheCallersDefault(t *testing.T) {
	t.Parallel()
	sandbox := New(t)

	sandbox.Off("signup-headline")

	if seen := variation(t, sandbox, "ann"); seen != nil {
		t.Errorf("ann sees %q", seen)
	}
}

func TestASandboxHasAnAddressForTheSdk(t *testing.T) {
	sandbox := New(t)

	response, err := http.Get(sandbox.BaseUrl + "/flag-config/v1/config?apiKey=" + sandbox.SdkKey)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	if response.StatusCode != http.StatusOK {
		t.Error(response.Status)
	}
}
