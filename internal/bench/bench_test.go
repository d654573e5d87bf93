package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
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
	want := []benchmark{{"Get", 250, 64, 2, 4000}, {"Set/a-b", 12.5, 0, 0, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParse(t *testing.T) {
	b, err := parse([]string{"-sections", "start,plan", "-sizes", "5,20"})
	if err != nil || b.names != "start,plan" || !reflect.DeepEqual(b.counts, []int{5, 20}) {
		t.Errorf("got %+v, %v", b, err)
	}
	if b, err = parse(nil); err != nil || b.names != sectionNames {
		t.Errorf("by default: %+v, %v", b, err)
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
	for i, name := range strings.Split(sectionNames, ",") {
		if sections[i].name != name {
			t.Errorf("section %d is %s, the flag says %s", i, sections[i].name, name)
		}
	}
}

func TestMultiply(t *testing.T) {
	state := `{"serial":1,"resources":[{"type":"t","instances":[
		{"index_key":0,"attributes":{"id":"a","name":"bench-0","generation":1,"key_prefix":"p","created_at":"then","list":["a",null]}}]}]}`
	text := func(s string) json.RawMessage { return json.RawMessage(`"` + s + `"`) }
	got, err := multiply([]byte(state), []made{{}, {text("b"), text("q"), text("now")}, {}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"serial":1,"resources":[{"type":"t","instances":[
		{"index_key":0,"attributes":{"id":"a","name":"bench-0","generation":1,"key_prefix":"p","created_at":"then","list":["a",null]}},
		{"index_key":1,"attributes":{"id":"b","name":"bench-1","generation":1,"key_prefix":"q","created_at":"now","list":["b",null]}},
		{"index_key":2,"attributes":{"id":"a","name":"bench-2","generation":1,"key_prefix":"p","created_at":"then","list":["a",null]}}]}]}`
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
		if _, err := multiply([]byte(state), make([]made, 1)); err == nil {
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

func TestUsed(t *testing.T) {
	cpu, peak, err := used("start\nstart\nend 1000 30\nend 2000 20\n")
	if err != nil || cpu != 3000 || peak != 30 {
		t.Errorf("got %v, %v, %v", cpu, peak, err)
	}
	if cpu, peak, err = used(""); err != nil || cpu != 0 || peak != 0 {
		t.Errorf("of no plugin: %v, %v, %v", cpu, peak, err)
	}
	for name, lines := range map[string]string{"a plugin that was killed": "start\n", "no record": "x\n"} {
		if _, _, err := used(lines); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMedian(t *testing.T) {
	tests := map[string]struct {
		values []int
		want   int
	}{
		"nothing":            {nil, 0},
		"one":                {[]int{7}, 7},
		"in any order":       {[]int{9, 1, 5}, 5},
		"the lower of two":   {[]int{4, 2}, 2},
		"one that sticks up": {[]int{3, 900, 2, 3, 4}, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := median(tt.values, itself); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	if got := ratio(3.0, 2); got != 1.5 {
		t.Errorf("got %v", got)
	}
	if got := ratio(3.0, 0); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestMiddleTakesEachFigureByItself(t *testing.T) {
	got := middle([]cost{{Wall: 1, CPU: 30, Peak: 2}, {Wall: 2, CPU: 10, Peak: 3}, {Wall: 3, CPU: 20, Peak: 1}})
	if want := (cost{Wall: 2, CPU: 20, Peak: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTargets(t *testing.T) {
	var p page
	p.atMost("below", 0.4, 0.5, "%.1f")
	p.atMost("just", 0.5, 0.5, "%.1f")
	p.atMost("above", 0.6, 0.5, "%.1f")
	p.atLeast("enough", 300, 300, "%.0f")
	p.atLeast("too little", 299, 300, "%.0f")
	p.atLeast("nothing at all", ratio(1.0, 0), 0.15, "%.2f")
	for i, want := range []bool{true, true, false, true, false, false} {
		if p.Targets[i].Met != want {
			t.Errorf("got %+v", p.Targets[i])
		}
	}
}

func TestPlanTargets(t *testing.T) {
	p := page{Plan: plans{Size: 1000, Large: 5000, Cores: 2}}
	for resource, wall := range map[string]time.Duration{corebillKey: 4, billiumKey: 7, baselineKey: 10, terraformData: 2} {
		p.Plan.Readings = append(p.Plan.Readings,
			reading{"plan", 1000, resource, cost{Wall: wall * time.Second, CPU: time.Second, Peak: 40e6, Requests: 11}},
			reading{"apply", 1000, resource, cost{Peak: 100e6}},
			reading{"plan", 5000, resource, cost{CPU: wall * time.Second}})
		p.Plan.Beside = append(p.Plan.Beside, reading{"plan", 1000, resource, cost{CPU: time.Second}})
	}
	p.planTargets()
	want := []string{"0.40 true", "2.00 true", "11 true", "100 false", "4.0 true", "0.70 false", "3.50 false", "11 true", "100 false", "7.0 false"}
	for i, got := range p.Targets {
		value, met, _ := strings.Cut(want[i], " ")
		if got.Got != value || got.Met != (met == "true") {
			t.Errorf("%s: got %s, %t, want %s", got.What, got.Got, got.Met, want[i])
		}
	}
}

func TestPage(t *testing.T) {
	p := page{
		Machine: "A machine", Date: "2026-03-01", Stolen: 1.5,
		Plan: plans{Size: 10, Large: 20, Cores: 2, Readings: []reading{
			{"plan", 10, corebillKey, cost{Wall: time.Second, CPU: time.Second / 2, All: 2 * time.Second, Peak: 41e6, Requests: 1}},
			{"plan", 10, terraformData, cost{Wall: time.Second / 2, All: time.Second}},
		}},
		Starts:  []pluginStart{{provider, 21, 57 * time.Millisecond, 65 * time.Millisecond}},
		Sandbox: []benchmark{{"BareGet", 39000, 1, 92, 25522}},
		Code:    []benchmark{{"Do", 77170, 9166, 128, 0}},
		Limits:  []limitedRun{{"one run", 200, ideal(200), cost{Wall: 481 * time.Second, Requests: 404}}},
	}
	p.atMost("size", 2, 1, "%.0f")
	file := filepath.Join(t.TempDir(), "page.md")
	if err := p.write(file); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := string(content)
	for _, want := range []string{
		"# Benchmarks\n", "Measured on 2026-03-01: A machine. The machine's host took 1.5 % of its processors' time meanwhile.\n\n## Targets\n",
		"| at most 1     | 2        | **no** |\n", "| Met    |\n| ---",
		"| plan      |   10 | `keyward_corebill_api_key` |   1.00 |  0.50 |   2.00 |        1 |        41 |\n",
		"| plan      |   10 | `terraform_data`           |   0.50 |     – |   1.00 |        0 |         – |\n\nOf a plan of 10,",
		"1.50 s of CPU, with `terraform_data` 1.00 s", "would make it 1.50 times",
		"| `terraform-provider-keyward`  |        57 |         65 |\n", "| BareGet                |      25522 |      39 |          92 |\n",
		"| Do            |   77.17 |    9166 |         128 |\n",
		"| one run                   |  200 |  480.00 | 481.00 |      404 |    0 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\n\n\n") {
		t.Error("there are two blank lines in a row")
	}
}
