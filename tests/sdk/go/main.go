// The real Go SDK in a program that answers each line of JSON on standard input with one on standard output:
// {"do": "start" | "assign" | "bandit" | "ask", ...} is answered by {"answer": ...} or {"error": "..."}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/Eppo-exp/golang-sdk/v6/eppoclient"
	"go.uber.org/zap"
)

type message struct {
	Do         string                    `json:"do"`
	Key        string                    `json:"key"`
	BaseUrl    string                    `json:"baseUrl"`
	PollMs     int                       `json:"pollMs"`
	Flag       string                    `json:"flag"`
	Type       string                    `json:"type"`
	Subject    string                    `json:"subject"`
	Attributes map[string]any            `json:"attributes"`
	Actions    map[string]map[string]any `json:"actions"`
	Default    any                       `json:"default"`
	Awaits     *bool                     `json:"awaits"`
	Questions  []message                 `json:"questions"`
}

// recorder keeps what the SDK logs until it is taken.
type recorder struct {
	mutex         sync.Mutex
	assignments   []eppoclient.AssignmentEvent
	banditActions []eppoclient.BanditEvent
}

func (r *recorder) LogAssignment(event eppoclient.AssignmentEvent) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.assignments = append(r.assignments, event)
}

func (r *recorder) LogBanditAction(event eppoclient.BanditEvent) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.banditActions = append(r.banditActions, event)
}

func (r *recorder) taken() map[string]any {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	logged := map[string]any{"assignments": r.assignments, "banditActions": r.banditActions}
	r.assignments, r.banditActions = []eppoclient.AssignmentEvent{}, []eppoclient.BanditEvent{}
	return logged
}

type harness struct {
	client   *eppoclient.EppoClient
	recorder recorder
}

func (h *harness) answer(m message) (any, error) {
	switch m.Do {
	case "start":
		return h.start(m)
	case "assign":
		return h.assign(m)
	case "bandit":
		return h.bandit(m)
	case "ask":
		answers := []map[string]any{}
		for _, question := range m.Questions {
			answers = append(answers, h.answered(question))
		}
		return answers, nil
	}
	return nil, fmt.Errorf("unknown command %q", m.Do)
}

// start answers whether a first configuration arrived in time.
func (h *harness) start(m message) (any, error) {
	client, err := eppoclient.InitClient(eppoclient.Config{
		SdkKey:            m.Key,
		BaseUrl:           m.BaseUrl,
		AssignmentLogger:  &h.recorder,
		PollerInterval:    time.Duration(m.PollMs) * time.Millisecond,
		ApplicationLogger: eppoclient.NewZapLogger(zap.NewNop()),
	})
	if err != nil {
		return nil, err
	}
	h.client = client
	if m.Awaits != nil && !*m.Awaits {
		return false, nil
	}
	select {
	case <-client.Initialized():
		return true, nil
	case <-time.After(10 * time.Second):
		return false, nil
	}
}

func (h *harness) assign(m message) (any, error) {
	h.recorder.taken()
	value, err := h.value(m)
	return map[string]any{"value": value, "failed": err != nil, "logged": h.recorder.taken()}, nil
}

func (h *harness) value(m message) (any, error) {
	switch strings.ToLower(m.Type) {
	case "boolean":
		return h.client.GetBoolAssignment(m.Flag, m.Subject, m.Attributes, m.Default.(bool))
	case "string":
		return h.client.GetStringAssignment(m.Flag, m.Subject, m.Attributes, m.Default.(string))
	case "integer":
		return h.client.GetIntegerAssignment(m.Flag, m.Subject, m.Attributes, int64(m.Default.(float64)))
	case "numeric":
		return h.client.GetNumericAssignment(m.Flag, m.Subject, m.Attributes, m.Default.(float64))
	case "json":
		return h.client.GetJSONAssignment(m.Flag, m.Subject, m.Attributes, m.Default)
	}
	return nil, fmt.Errorf("unknown type %q", m.Type)
}

func (h *harness) bandit(m message) (any, error) {
	h.recorder.taken()
	actions := map[string]eppoclient.ContextAttributes{}
	for name := range m.Actions {
		actions[name] = eppoclient.ContextAttributes{}
	}
	result := h.client.GetBanditAction(m.Flag, m.Subject, eppoclient.ContextAttributes{}, actions, m.Default.(string))
	return map[string]any{"variation": result.Variation, "action": result.Action, "logged": h.recorder.taken()}, nil
}

// answered tells the value, a bandit's action, and what was logged meanwhile; an error leaves the caller's default, and
// what the SDK panics with is all that there is to tell.
func (h *harness) answered(m message) (answer map[string]any) {
	h.recorder.taken()
	defer func() {
		if reason := recover(); reason != nil {
			answer = map[string]any{"failed": fmt.Sprint(reason)}
		}
		logged := h.recorder.taken()
		answer["assignments"], answer["bandits"] = logged["assignments"], logged["banditActions"]
	}()
	if m.Actions != nil {
		actions := map[string]eppoclient.ContextAttributes{}
		for name, attributes := range m.Actions {
			actions[name] = eppoclient.InferContextAttributes(attributes)
		}
		subject := eppoclient.InferContextAttributes(m.Attributes)
		result := h.client.GetBanditAction(m.Flag, m.Subject, subject, actions, m.Default.(string))
		return map[string]any{"value": result.Variation, "action": result.Action}
	}
	value, _ := h.value(m)
	return map[string]any{"value": value}
}

func main() {
	var h harness
	output := json.NewEncoder(os.Stdout)
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 16<<20)
	for input.Scan() {
		var m message
		err := json.Unmarshal(input.Bytes(), &m)
		var answer any
		if err == nil {
			answer, err = h.answer(m)
		}
		if err != nil {
			_ = output.Encode(map[string]any{"error": err.Error()})
			continue
		}
		_ = output.Encode(map[string]any{"answer": answer})
	}
}
