package object

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

func TestConflicts(t *testing.T) {
	t.Parallel()
	one := providerdata.Object{ID: "wh_1", Marks: []string{"https://a.example.com invoice.paid"}}
	same := providerdata.Object{ID: "wh_0", Marks: one.Marks}
	other := providerdata.Object{ID: "wh_2", Marks: []string{"https://a.example.com invoice.sent"}}
	two := providerdata.Object{ID: "com_1", Marks: []string{"slug company", "name 鍵"}}
	for name, c := range map[string]struct {
		existing []providerdata.Object
		mark     string
		excepted []string
		want     string
	}{
		"nothing there":            {nil, one.Marks[0], nil, ""},
		"others there":             {[]providerdata.Object{other}, one.Marks[0], nil, ""},
		"one there":                {[]providerdata.Object{other, one}, one.Marks[0], nil, "wh_1"},
		"the one that is replaced": {[]providerdata.Object{other, one}, one.Marks[0], []string{"wh_1"}, ""},
		"another one is replaced":  {[]providerdata.Object{one, same}, one.Marks[0], []string{"wh_1"}, "wh_0"},
		"several":                  {[]providerdata.Object{one, other, same}, one.Marks[0], nil, "wh_0 wh_1"},
		"by its second mark":       {[]providerdata.Object{two}, "name 鍵", nil, "com_1"},
		"without marks":            {[]providerdata.Object{{ID: "wh_3"}}, "", nil, ""},
	} {
		var got []string
		for _, found := range Conflicts(c.existing, c.mark, func(id string) bool { return slices.Contains(c.excepted, id) }) {
			got = append(got, found.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %q", name, got, c.want)
		}
	}
}

// What is told to import can be imported.
func TestImportBlockIsWhatImportTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind      Kind
		scope, id string
		want      string
	}{
		{Kind{Kind: resourcekind.CorebillWebhook}, "com_1", "wh_1", "com_1/wh_1"},
		{Kind{Kind: resourcekind.CorebillCompany}, "", "com_1", "com_1"},
		{Kind{Kind: resourcekind.CorebillAPIKey}, "", "key_1", "organization/key_1"},
	} {
		if got := c.kind.ImportID(c.scope, c.id); got != c.want || !strings.Contains(c.kind.ImportBlock(c.scope, c.id), `id = "`+c.want+`"`) {
			t.Errorf("got %q, want %q", got, c.want)
		}
		scope, id, err := c.kind.Parse(c.want)
		if err != nil || scope != c.scope || id != c.id {
			t.Errorf("%s: got %s, %s, %v", c.want, scope, id, err)
		}
	}
}
