package apikey

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// walked plays the resources of one configuration in one process, in an order.
type walked struct {
	*stage
	r    *Resource[model, *model]
	ours []*workspace
}

// walk is of resources that have each a key of their own.
func walk(t *testing.T, names ...string) *walked {
	t.Helper()
	w := &walked{stage: newStage(t)}
	for _, name := range names {
		one := w.workspace()
		w.applied(one, declared(name, "1", "24h"))
		w.ours = append(w.ours, one)
	}
	_, w.r = w.first.process()
	return w
}

func (w *walked) refresh(one *workspace) {
	w.Helper()
	if diags := one.refresh(w.Context(), w.r); diags.HasError() {
		w.Fatal(diags)
	}
}

// plan plans one resource; nil destroys.
func (w *walked) plan(one *workspace, config *model) diag.Diagnostics {
	return one.planWith(w.Context(), w.r, config, one.state, one.private).diags
}

// A name that a resource gives away is free for another one, whichever is planned first.
func TestNamesThatResourcesGiveAway(t *testing.T) {
	t.Parallel()
	const same, another, moved = "Two resources have the same name", "", "use a moved block"
	for name, c := range map[string]struct {
		// holder is what is planned for the resource that has the name, nil for its
		// destruction.
		holder *model
		// fails and warns are of the two plans together.
		fails, warns string
	}{
		"kept":      {declared("shop", "1", "24h"), same, ""},
		"renamed":   {declared("till", "1", "24h"), another, ""},
		"destroyed": {nil, another, moved},
	} {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, the new key is planned first: %t", name, first), func(t *testing.T) {
				t.Parallel()
				w := walk(t, "shop")
				w.refresh(w.ours[0])
				fresh := w.workspace()
				var diags diag.Diagnostics
				if first {
					diags = w.plan(fresh, declared("shop", "1", "24h"))
				}
				diags = append(diags, w.plan(w.ours[0], c.holder)...)
				if !first {
					diags = append(diags, w.plan(fresh, declared("shop", "1", "24h"))...)
				}
				if c.fails != "" {
					w.refused(diags, c.fails)
				} else if diags.HasError() || !strings.Contains(fmt.Sprint(diags.Warnings()), c.warns) {
					t.Fatal(diags)
				}
				if c.holder == nil || c.fails != "" {
					return
				}
				// The apply finds the word of the plan, in another process.
				_, w.r = w.first.process()
				if diags := w.plan(fresh, declared("shop", "1", "24h")); diags.HasError() {
					t.Errorf("the apply refuses what the plan has allowed: %v", diags)
				}
			})
		}
	}
}

// Two resources that exchange their names, and one that takes a name which no resource
// gives away.
func TestRenamesOntoTakenNames(t *testing.T) {
	t.Parallel()
	w := walk(t, "shop", "till")
	w.refresh(w.ours[0])
	w.refresh(w.ours[1])
	for i, name := range []string{"till", "shop"} {
		if diags := w.plan(w.ours[i], declared(name, "1", "24h")); diags.HasError() {
			t.Errorf("an exchange of names is refused: %v", diags)
		}
	}
	w = walk(t, "shop", "till")
	w.refresh(w.ours[0])
	w.refused(w.plan(w.ours[0], declared("till", "1", "24h")), "Name conflict", w.ours[1].state.ID.ValueString())
	_, w.r = w.first.process() // without a refresh
	if diags := w.plan(w.ours[0], declared("till", "1", "24h")); diags.HasError() || !strings.Contains(fmt.Sprint(diags), "run without -refresh=false") {
		t.Error(diags)
	}
}

// Two creations of one name, and two resources with one key.
func TestResourcesThatDeclareTheSame(t *testing.T) {
	t.Parallel()
	w := walk(t)
	if diags := w.plan(w.workspace(), declared("shop", "1", "24h")); diags.HasError() {
		t.Fatal(diags)
	}
	w.refused(w.plan(w.workspace(), declared("shop", "1", "24h")), "Two resources have the same name", "declared twice")

	w = walk(t, "shop")
	for _, config := range []*model{declared("shop", "1", "24h"), nil} {
		twin := *w.ours[0]
		_, w.r = w.first.process()
		if diags := w.plan(w.ours[0], declared("shop", "1", "24h")); diags.HasError() {
			t.Fatal(diags)
		}
		w.refused(w.plan(&twin, config), "Two resources have the same key", "terraform state rm", "removed {")
	}
}

// What the platform has to say of a key that it does not find.
func TestGone(t *testing.T) {
	t.Parallel()
	revoked, failure := time.Now(), errors.New("503")
	for name, c := range map[string]struct {
		found Key
		err   error
		want  string
	}{
		"not found": {Key{}, client.ErrNotFound, ""},
		"revoked":   {Key{ID: "key_1", RevokedAt: &revoked}, nil, ""},
		"live":      {Key{ID: "key_1"}, nil, "there is no key key_1, but it is live"},
		"no answer": {Key{}, failure, "503"},
	} {
		if err := Gone(c.found, c.err); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
