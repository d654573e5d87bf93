package junit_test

import (
	"bytes"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/report/junit"
)

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	err := junit.Write(&b, "keyward check", []junit.Suite{{Name: "a<b", Cases: []junit.Case{
		{Name: "fine"},
		{Name: "wrong", Failures: []junit.Failure{{Message: "m & n", Type: "high", Text: "do\nthis"}}, Skipped: &junit.Skipped{Message: "not said"}},
		{Name: "left out", Skipped: &junit.Skipped{Message: "accepted: why"}},
	}}})
	want := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="keyward check" tests="3" failures="1" skipped="1">
  <testsuite name="a&lt;b" tests="3" failures="1" skipped="1">
    <testcase classname="a&lt;b" name="fine"></testcase>
    <testcase classname="a&lt;b" name="wrong">
      <failure message="m &amp; n" type="high">do&#xA;this</failure>
    </testcase>
    <testcase classname="a&lt;b" name="left out">
      <skipped message="accepted: why"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}
