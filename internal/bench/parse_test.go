package main

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestParseBenchmarks(t *testing.T) {
	got := parseBenchmarks(`goos: linux
pkg: github.com/keyward/terraform-provider-keyward/internal/sandbox
cpu: Some Processor
BenchmarkGet-2   	    1000	    200 ns/op	   5000 requests/s	     64 B/op	       2 allocs/op
BenchmarkGet-2   	    1000	    300 ns/op	   3333 requests/s	     64 B/op	       2 allocs/op
BenchmarkGet-2   	    1000	    250 ns/op	   4000 requests/s	     64 B/op	       2 allocs/op
BenchmarkSet/a-b 	     500	   12.5 ns/op
PASS
ok  	github.com/keyward/terraform-provider-keyward/internal/sandbox	3.1s
`)
	want := []benchmark{
		{"Get", map[string]float64{nanoseconds: 250, perSecond: 4000, allocated: 64, allocations: 2}},
		{"Set/a-b", map[string]float64{nanoseconds: 12.5}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParse(t *testing.T) {
	set, err := parse([]string{"-sections", "start, plan", "-sizes", "5, 20"})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.sections) != 2 || set.sections[0].name != "plan" || !reflect.DeepEqual(set.sizes, []int{5, 20}) {
		t.Errorf("got %+v", set)
	}
	if set, err = parse(nil); err != nil || len(set.sections) != len(sections) {
		t.Errorf("by default: %+v, %v", set, err)
	}
	for name, args := range map[string][]string{
		"an unknown section": {"-sections", "plan,plans"},
		"no number":          {"-sizes", "ten"},
		"no resources":       {"-sizes", "0"},
		"no run":             {"-runs", "0"},
	} {
		if _, err := parse(args); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMultiply(t *testing.T) {
	state := `{"serial":1,"resources":[{"type":"t","instances":[
		{"index_key":0,"attributes":{"id":"a","name":"bench-0","generation":1,"list":["a",null]}}]}]}`
	got, err := multiply([]byte(state), []replacements{{"a": "b", "bench-0": "bench-1"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"serial":1,"resources":[{"type":"t","instances":[
		{"index_key":0,"attributes":{"id":"a","name":"bench-0","generation":1,"list":["a",null]}},
		{"index_key":1,"attributes":{"id":"b","name":"bench-1","generation":1,"list":["b",null]}}]}]}`
	var have, expected any
	if err := json.Unmarshal(got, &have); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(have, expected) {
		t.Errorf("got %s", got)
	}
	for name, state := range map[string]string{
		"no JSON": `{`, "no resource": `{"resources":[]}`, "two instances": `{"resources":[{"instances":[{},{}]}]}`,
	} {
		if _, err := multiply([]byte(state), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestModelName(t *testing.T) {
	if got := modelName("processor\t: 0\nmodel name\t: A Processor: fast\nflags\t: x\n"); got != "A Processor: fast" {
		t.Errorf("got %q", got)
	}
	if got := modelName("Hardware: none\n"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestIdeal(t *testing.T) {
	if got := ideal(200); got != 8*time.Minute {
		t.Errorf("200 keys ideally take %s", got)
	}
}

func TestConfig(t *testing.T) {
	data := subject{resource: terraformData, body: "input = 1"}
	if got, want := data.config(3), "resource \"terraform_data\" \"bench\" {\n  count = 3\n  input = 1\n}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStolenTime(t *testing.T) {
	before := parseTime("cpu  100 0 100 700 0 0 0 100 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
	after := parseTime("cpu  200 0 200 1400 0 0 0 200 50 50\n")
	if got := after.stolenSince(before); got != 0.1 {
		t.Errorf("got %v", got)
	}
	for _, text := range []string{"", "cpu 1 2 3", "cpu0 1 1 1 1 1 1 1 1", "cpu 1 1 1 1 1 1 1 x"} {
		if got := parseTime(text); got != (processorTime{}) {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if got := before.stolenSince(after); got != 0 {
		t.Errorf("backwards: %v", got)
	}
}
