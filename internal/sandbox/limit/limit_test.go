package limit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/limit"
)

var start = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)

func TestTake(t *testing.T) {
	tests := []struct {
		name    string
		subject string
		after   time.Duration
		want    limit.Result
	}{
		{"the first opens the window", "a", 0, limit.Result{Allowed: true, Limit: 2, Remaining: 1, ResetIn: time.Minute}},
		{"the last one allowed", "a", 10 * time.Second, limit.Result{Allowed: true, Limit: 2, Remaining: 0, ResetIn: 50 * time.Second}},
		{"one too many", "a", 59 * time.Second, limit.Result{Allowed: false, Limit: 2, Remaining: 0, ResetIn: time.Second}},
		{"another subject", "b", 59 * time.Second, limit.Result{Allowed: true, Limit: 2, Remaining: 1, ResetIn: time.Minute}},
		{"a new window at its very end", "a", time.Minute, limit.Result{Allowed: true, Limit: 2, Remaining: 1, ResetIn: time.Minute}},
		{"the other's window goes on", "b", 90 * time.Second, limit.Result{Allowed: true, Limit: 2, Remaining: 0, ResetIn: 29 * time.Second}},
	}
	l := limit.New(2, time.Minute)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := l.Take(test.subject, start.Add(test.after)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := limit.New(2, time.Minute)
	for i := range 1000 {
		l.Take(fmt.Sprint(i), start)
	}
	l.Take("later", start.Add(2*time.Minute))
	if got := limit.Subjects(l); got != 1 {
		t.Errorf("%d subjects are remembered, want 1", got)
	}
}
