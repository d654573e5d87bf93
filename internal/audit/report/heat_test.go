package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// TestManyKeys proves that the page shows those that matter most, says how many
// it leaves out, and that no key is left out of the JSON.
func TestManyKeys(t *testing.T) {
	in := &audit.Inventory{}
	for i := range 150 {
		level := corebill.Read
		if i == 149 {
			level = corebill.Admin
		}
		in.Live = append(in.Live, corebillKey(fmt.Sprintf("k%011d", i), fmt.Sprintf("Key %d", i), company, level, 10+i/10, at(daysAgo(1))))
	}
	r := base(in)
	page := write(t, r, output.FormatHTML)
	_, matrix, _ := strings.Cut(page, `<section id="matrix"`)
	matrix, _, _ = strings.Cut(matrix, "</section>")
	if rows := strings.Count(matrix, `<th scope="row">`); rows != 100 || !strings.Contains(matrix, "50 more, which may do no more than the last one shown") {
		t.Errorf("the matrix has %d rows", rows)
	}
	if first := strings.Index(matrix, `<th scope="row">`); !strings.HasPrefix(matrix[first:], `<th scope="row">Key 149`) {
		t.Errorf("the matrix begins with %s", matrix[first:first+60])
	}
	if !strings.Contains(page, "The 40 oldest; 110 younger ones are in the output json.") {
		t.Error("the chart doesn't say what it leaves out")
	}
	if got := strings.Count(write(t, r, output.FormatJSON), `"key_prefix"`); got != 150 {
		t.Errorf("the JSON has %d keys", got)
	}
}
