package usage_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/bench/usage"
)

func TestSum(t *testing.T) {
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	for _, r := range []usage.Record{
		{PID: 1}, {PID: 2}, {PID: 1, Ended: true, CPU: time.Second, Peak: 30},
		{PID: 2, Ended: true, CPU: 2 * time.Second, Peak: 20},
	} {
		if err := usage.Append(file, r); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	total, err := usage.Sum(content)
	if want := (usage.Total{CPU: 3 * time.Second, Peak: 30}); err != nil || total != want {
		t.Errorf("got %+v, %v, want %+v", total, err, want)
	}
}

func TestSumRefuses(t *testing.T) {
	for name, content := range map[string]string{
		"a plugin that was killed": `{"pid":1}` + "\n",
		"no record":                "x",
	} {
		if _, err := usage.Sum([]byte(content)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if total, err := usage.Sum(nil); err != nil || total != (usage.Total{}) {
		t.Errorf("of no plugin: %+v, %v", total, err)
	}
}
