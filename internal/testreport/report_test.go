package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	tests := map[string]struct {
		events   string
		want     []string
		unwanted []string
		ok       bool
	}{
		"all pass": {
			events: `{"Action":"output","Package":"a","Test":"TestOne","Output":"noise\n"}
{"Action":"pass","Package":"a","Test":"TestOne"}
{"Action":"pass","Package":"a","Elapsed":1.5}`,
			want:     []string{"ok    a", "1.5 s", "\n1 passed, 0 failed, 0 skipped\n"},
			unwanted: []string{"noise", "SKIPPED"},
			ok:       true,
		},
		"a failure shows its own output only": {
			events: `{"Action":"output","Package":"a","Test":"TestGood","Output":"quiet\n"}
{"Action":"pass","Package":"a","Test":"TestGood"}
{"Action":"output","Package":"a","Test":"TestBad","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"a","Test":"TestBad"}
{"Action":"output","Package":"a","Output":"FAIL\ta\t0.1s\n"}
{"Action":"fail","Package":"a"}`,
			want:     []string{"got 1, want 2\nFAIL\ta\t0.1s\n", "\n1 passed, 1 failed, 0 skipped\n"},
			unwanted: []string{"quiet"},
		},
		"a skip is named with its reason": {
			events: `{"Action":"output","Package":"a","Test":"TestPG","Output":"=== RUN   TestPG\n"}
{"Action":"output","Package":"a","Test":"TestPG","Output":"    pg_test.go:12: initdb is not on PATH\n"}
{"Action":"output","Package":"a","Test":"TestPG","Output":"--- SKIP: TestPG (0.00s)\n"}
{"Action":"skip","Package":"a","Test":"TestPG"}
{"Action":"pass","Package":"a","Test":"TestOne"}
{"Action":"pass","Package":"a"}
{"Action":"skip","Package":"no/tests"}`,
			want: []string{"SKIPPED", "  a TestPG: initdb is not on PATH\n", "\n1 passed, 0 failed, 1 skipped\n"},
			ok:   true,
		},
		"a package that does not build fails": {
			events: `{"ImportPath":"a","Action":"build-output","Output":"a.go:1: syntax error\n"}
{"ImportPath":"a","Action":"build-fail"}
{"Action":"output","Package":"a","Output":"FAIL\ta [build failed]\n"}
{"Action":"fail","Package":"a","FailedBuild":"a"}`,
			want: []string{"a.go:1: syntax error", "[build failed]", "\n0 passed, 1 failed, 0 skipped\n"},
		},
		"a panic shows the test that never ended": {
			events: `{"Action":"output","Package":"a","Test":"TestPanics","Output":"panic: boom\n"}
{"Action":"fail","Package":"a"}`,
			want: []string{"panic: boom", "\n0 passed, 1 failed, 0 skipped\n"},
		},
		"no test is not a success": {
			events: "go: cannot find main module\n",
			want:   []string{"go: cannot find main module", "\n0 passed, 0 failed, 0 skipped\n"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			if err := r.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			if ok := r.close(); ok != tt.ok {
				t.Errorf("close() = %t, want %t", ok, tt.ok)
			}
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("missing %q in:\n%s", want, out.String())
				}
			}
			for _, unwanted := range tt.unwanted {
				if strings.Contains(out.String(), unwanted) {
					t.Errorf("unwanted %q in:\n%s", unwanted, out.String())
				}
			}
		})
	}
}
