package seedtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// want ends the row unless the answer has the status.
func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: got %d (%s), want %d", a.line, a.status, a, status)
	}
	return a
}

// object decodes the body, which must be a JSON object.
func (a answer) object(t *testing.T) object {
	t.Helper()
	var o object
	a.decode(t, &o)
	return o
}

// data returns the items of a list, in the list's order.
func (a answer) data(t *testing.T) []object {
	t.Helper()
	return a.object(t).objects(t, "data")
}

func (a answer) decode(t *testing.T, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(a.raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: decoding %s: %v", a.line, a, err)
	}
}

// corebillRefuses expects a refusal of Corebill: status and whole body.
func (a answer) corebillRefuses(t *testing.T, status int, message string) {
	t.Helper()
	a.expectBody(t, status, object{"error": message})
}

// billiumRefuses expects a refusal of Billium: status and whole body.
func (a answer) billiumRefuses(t *testing.T, status int, message string) {
	t.Helper()
	a.expectBody(t, status, object{
		"statusCode": json.Number(statusNumber(status)),
		"message":    message,
		"error":      http.StatusText(status),
	})
}

func (a answer) expectBody(t *testing.T, status int, body object) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: got %d (%s), want %d", a.line, a.status, a, status)
		return
	}
	if got := a.object(t); !reflect.DeepEqual(got, body) {
		t.Errorf("%s: got %v, want %v", a.line, got, body)
	}
}

// corebillRejects expects Corebill's 400 to name a field or parameter.
func (a answer) corebillRejects(t *testing.T, field string) {
	t.Helper()
	if a.status != http.StatusBadRequest {
		t.Errorf("%s: got %d (%s), want 400", a.line, a.status, a)
		return
	}
	o := a.object(t)
	o.expectFields(t, "error")
	if message := o.text(t, "error"); !strings.Contains(message, field) {
		t.Errorf("%s: the message %q does not name %s", a.line, message, field)
	}
}

// billiumRejects expects Billium's 400: an array of texts, one of which starts
// with the name of the field or parameter.
func (a answer) billiumRejects(t *testing.T, field string) {
	t.Helper()
	if a.status != http.StatusBadRequest {
		t.Errorf("%s: got %d (%s), want 400", a.line, a.status, a)
		return
	}
	o := a.object(t)
	o.expectFields(t, "statusCode", "message", "error")
	if got := o.text(t, "error"); got != "Bad Request" {
		t.Errorf("%s: error is %q, want Bad Request", a.line, got)
	}
	messages := o.texts(t, "message")
	if !slices.ContainsFunc(messages, func(m string) bool { return startsWithField(m, field) }) {
		t.Errorf("%s: none of %q starts with %s", a.line, messages, field)
	}
}

func startsWithField(message, field string) bool {
	rest, ok := strings.CutPrefix(message, field)
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " .[:"))
}

func statusNumber(status int) string {
	encoded, _ := json.Marshal(status) // an int always encodes
	return string(encoded)
}
