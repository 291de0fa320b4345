// Package eppotest gives a test flags of its own: a sandbox of a running eppo-emulator.
package eppotest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"
)

// Sandbox is what only those see who initialise the SDK with its key and base URL.
type Sandbox struct {
	SdkKey  string `json:"sdkKey"`
	BaseUrl string `json:"baseUrl"`
	t       testing.TB
}

// New returns a sandbox that ends with the test.
func New(t testing.TB) *Sandbox {
	t.Helper()
	s := &Sandbox{t: t}
	answer := call(t, http.MethodPost, "/sandboxes", map[string]any{"name": t.Name()})
	if err := json.Unmarshal(answer, s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { call(t, http.MethodDelete, "/sandboxes/"+s.SdkKey, nil) })
	return s
}

// Serve gives a variation to these subjects, or to everybody.
func (s *Sandbox) Serve(flag string, variation any, subjects ...string) {
	s.t.Helper()
	change := map[string]any{"serve": variation}
	if len(subjects) > 0 {
		change["subjects"] = subjects
	}
	s.call(http.MethodPut, "/flags/"+url.PathEscape(flag), change)
}

// Off makes the SDK return the caller's default.
func (s *Sandbox) Off(flag string) {
	s.t.Helper()
	s.call(http.MethodPut, "/flags/"+url.PathEscape(flag), map[string]any{"off": true})
}

// Await returns when the SDK, which polls, has what is served now.
func (s *Sandbox) Await() {
	s.t.Helper()
	s.call(http.MethodPost, "/await", map[string]any{"timeoutMs": 20_000})
}

func (s *Sandbox) call(method, path string, body any) {
	s.t.Helper()
	call(s.t, method, "/sandboxes/"+s.SdkKey+path, body)
}

func call(t testing.TB, method, path string, body any) []byte {
	t.Helper()
	emulator := os.Getenv("EPPO_EMULATOR_URL")
	if emulator == "" {
		emulator = "http://127.0.0.1:8378"
	}
	document, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, emulator+"/emulator/v1"+path, bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 400 {
		t.Fatalf("%s %s: %s %v", method, path, answer, err)
	}
	return answer
}
