package providerdata_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

func TestObjectsThatAreReplaced(t *testing.T) {
	t.Parallel()
	var o providerdata.Objects
	if o.Replace("wh_1") || o.InState("wh_1") {
		t.Error("an object that no state has is replaced")
	}
	o.Read("wh_1")
	if !o.Replace("wh_1") || !o.InState("wh_1") {
		t.Error("a tainted object is not replaced")
	}
	if !o.Plan("wh_1", true) {
		t.Error("a resource is not told that another one took its object for a tainted one")
	}
	o.Read("wh_2")
	if o.Plan("wh_2", false) || o.Replace("wh_2") || !o.InState("wh_2") {
		t.Error("an object that is planned is replaced")
	}
}

// An apply is shown nothing, and Terraform plans a resource that is no longer declared
// before it reads it.
func TestObjectsThatTheLogSaysAreReplaced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before        func(o *providerdata.Objects)
		assumed       bool
		toldAt, calls string
	}{
		"an apply":                       {func(*providerdata.Objects) {}, true, "", "destroy"},
		"a plan without a refresh":       {func(*providerdata.Objects) {}, true, "keep", "keep"},
		"a plan that reads it later":     {func(*providerdata.Objects) {}, true, "read", "read destroy"},
		"a plan that reads it after all": {func(*providerdata.Objects) {}, true, "read", "destroy read"},
		"a plan that has read it":        {func(o *providerdata.Objects) { o.Read("wh_1") }, false, "", "keep"},
		"a plan that has planned it":     {func(o *providerdata.Objects) { o.Plan("wh_1", true) }, false, "", "read"},
	} {
		t.Run(name, func(t *testing.T) {
			var o providerdata.Objects
			c.before(&o)
			if got := o.Assume("wh_1"); got != c.assumed || o.Excepted("wh_1") != c.assumed {
				t.Fatalf("assumed: %t, excepted: %t", got, o.Excepted("wh_1"))
			}
			told := ""
			for _, call := range strings.Fields(c.calls) {
				if call == "read" && o.Read("wh_1") || call != "read" && o.Plan("wh_1", call == "destroy") {
					told = cmp.Or(told, call)
				}
			}
			if told != c.toldAt {
				t.Errorf("told at %q, want %q", told, c.toldAt)
			}
		})
	}
}

func TestTwoCreationsOfOneObject(t *testing.T) {
	t.Parallel()
	var o providerdata.Objects
	for _, c := range []struct {
		list, mark, replaces string
		taken                bool
	}{
		{"hooks", "a", "", false},
		{"hooks", "a", "", true},
		{"hooks", "a", "wh_1", true},
		{"hooks", "b", "", false},
		{"sets", "a", "", false},
		{"hooks", "c", "wh_2", false},
		{"hooks", "c", "wh_2", false}, // the same resource, planned once more
		{"hooks", "c", "wh_3", true},
	} {
		if got := o.Create(c.list, c.mark, c.replaces); got != c.taken {
			t.Errorf("%+v: got %t", c, got)
		}
	}
}

func TestObjectsAreListedOnce(t *testing.T) {
	t.Parallel()
	var o providerdata.Objects
	asked := 0
	list := func() []string {
		t.Helper()
		all, err := o.List(t.Context(), "hooks", time.Now, func(context.Context) ([]providerdata.Object, error) {
			if asked++; asked == 1 {
				return nil, errors.New("refused")
			}
			return []providerdata.Object{{ID: "wh_1"}, {ID: "wh_2", Marks: []string{"old"}}, {ID: "wh_3"}}, nil
		})
		if err != nil && asked > 1 {
			t.Fatal(err)
		}
		var ids []string
		for _, object := range all {
			ids = append(ids, object.ID)
			if slices.Contains(object.Marks, "old") && asked > 1 && o.Excepted("changed") {
				t.Error("a change is not seen")
			}
		}
		return ids
	}
	if got := list(); got != nil {
		t.Errorf("got %v", got)
	}
	if got := list(); !slices.Equal(got, []string{"wh_1", "wh_2", "wh_3"}) {
		t.Errorf("got %v", got)
	}
	o.Except("changed")
	o.Put("hooks", providerdata.Object{ID: "wh_2", Marks: []string{"new"}})
	o.Put("hooks", providerdata.Object{ID: "wh_4"})
	o.Put("sets", providerdata.Object{ID: "pset_1"})
	o.Drop("wh_3")
	if got := list(); !slices.Equal(got, []string{"wh_1", "wh_2", "wh_4"}) || asked != 2 {
		t.Errorf("got %v with %d requests", got, asked)
	}
}
