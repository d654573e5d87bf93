//go:build unix

package e2e_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// certainty is a platform, and two workspaces that share its credential.
type certainty struct {
	world
	matrixPlatform
	other *workspace
}

// onBothPlatforms plays a test on each platform.
func onBothPlatforms(t *testing.T, play func(t *testing.T, c *certainty)) {
	t.Helper()
	t.Parallel()
	for _, p := range matrixPlatforms {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			play(t, newCertainty(t, p))
		})
	}
}

func newCertainty(t *testing.T, p matrixPlatform) *certainty {
	t.Helper()
	w := newWorld(t)
	w.environment = slices.Clip(w.environment)
	other := *w.workspace
	other.dir = t.TempDir()
	return &certainty{w, p, &other}
}

// key is a resource block; more are lines in it.
func (c *certainty) key(label, name string, more ...string) string {
	return "resource \"" + c.resource + "\" \"" + label + "\" {\n  name = \"" + name + "\"\n  " + c.own + "\n  " + strings.Join(more, "\n  ") + "\n}\n"
}

// rotating is the key shop with a rotation block.
func (c *certainty) rotating(trigger, overlap string) string {
	return c.key("shop", "shop", "rotation = {\n    rotate_when_changed = { v = "+trigger+" }\n    overlap = \""+overlap+"\"\n  }")
}

const createBeforeDestroy = "lifecycle {\n    create_before_destroy = true\n  }"

// scope is what the credential belongs to.
func (c *certainty) scope() string {
	if c.name == "Billium" {
		return c.Credentials.Billium.MerchantID
	}
	return c.Credentials.Corebill.CompanyID
}

// byHand makes a key with the provider's own credential.
func (c *certainty) byHand(t *testing.T, name string) heldKey {
	t.Helper()
	var answer map[string]any
	if c.name == "Billium" {
		answer = c.CallBillium(t, c.Credentials.Billium.APIKey, http.MethodPost, "/api-keys",
			map[string]any{"name": name, "permissions": []string{"invoice:view"}}).Want(t, http.StatusCreated).Object(t)
	} else {
		answer = c.CallCorebill(t, c.Credentials.Corebill.APIKey, http.MethodPost, "/api_keys?company_id="+c.scope(),
			map[string]any{"name": name, "permission_level": "read"}).Want(t, http.StatusCreated).Object(t)
	}
	var key heldKey
	content, err := json.Marshal(answer)
	if err == nil {
		err = json.Unmarshal(content, &key)
	}
	if token, ok := answer["key"].(string); ok {
		key.Token = token
	}
	if err != nil || key.ID == "" || key.Token == "" {
		t.Fatalf("a key was made, and its id or token is not in the answer: %v", err)
	}
	return key
}

// heldIn is the key of a workspace with a single one.
func (c *certainty) heldIn(t *testing.T, w *workspace) heldKey {
	t.Helper()
	key, found, err := w.held(c.resource)
	if err != nil || !found {
		t.Fatalf("the state has no key: %v", err)
	}
	return key
}

// works fails unless a token is accepted.
func (c *certainty) works(t *testing.T, token string) {
	t.Helper()
	if status := c.status(c.world, t, token); status != http.StatusOK {
		t.Errorf("the token is answered %d", status)
	}
}

// revoked are the ids of all keys that are revoked.
func (c *certainty) revoked(t *testing.T) (ids []string) {
	t.Helper()
	for _, key := range c.CorebillKeys(t) {
		if key.RevokedAt != nil {
			ids = append(ids, key.ID)
		}
	}
	for _, key := range c.BilliumKeys(t) {
		if key.RevokedAt != nil {
			ids = append(ids, key.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// wantRevoked fails unless exactly these keys are revoked.
func (c *certainty) wantRevoked(t *testing.T, ids ...string) {
	t.Helper()
	slices.Sort(ids)
	if got := c.revoked(t); !slices.Equal(got, ids) {
		t.Errorf("the keys %q are revoked, want %q", got, ids)
	}
}

// named are the ids of the keys of a name that are not revoked, oldest first.
func (c *certainty) named(t *testing.T, name string) (ids []string) {
	t.Helper()
	gone := c.revoked(t)
	for _, key := range c.keys(c.world, t) {
		if key.Name == name && key.Scope == c.scope() && !slices.Contains(gone, key.ID) {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

func (c *certainty) wantNamed(t *testing.T, name string, want int) {
	t.Helper()
	if got := c.named(t, name); len(got) != want {
		t.Errorf("%d keys called %q are there, want %d: %q", len(got), name, want, got)
	}
}

// pending are the ids of the keys that have a provisional name and are not revoked.
func (c *certainty) pending(t *testing.T) (ids []string) {
	t.Helper()
	gone := c.revoked(t)
	for _, key := range c.keys(c.world, t) {
		if provisional.Is(key.Name) && !slices.Contains(gone, key.ID) {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// orphan makes a key with a provisional name of the key shop, 20 minutes old.
func (c *certainty) orphan(t *testing.T) string {
	t.Helper()
	c.setBehind(20 * time.Minute)
	defer c.setBehind(0)
	return c.byHand(t, provisional.New(c.scope(), "shop", "X")).ID
}

func (w *workspace) apply(t *testing.T, args ...string) string {
	t.Helper()
	return w.run(t, nil, append([]string{"apply", "-auto-approve", "-input=false"}, args...)...)
}

// empty fails unless a plan has nothing to do.
func (w *workspace) empty(t *testing.T) {
	t.Helper()
	w.run(t, nil, "plan", "-input=false", "-detailed-exitcode")
}

// refuses fails unless terraform exits with 1 and says all the words.
func (w *workspace) refuses(t *testing.T, words []string, args ...string) string {
	t.Helper()
	out := w.fail(t, slices.Insert(slices.Clone(args), 1, "-input=false")...)
	for _, word := range words {
		wantText(t, out, word)
	}
	if strings.Contains(out, "bug in the provider") {
		t.Errorf("terraform takes it for a bug:\n%s", out)
	}
	return out
}

// conflict is what the error of a name conflict says.
func conflict(id string) []string {
	return []string{"Name conflict", id, "keyward keys revoke " + id, "import {", "/" + id + `"`, "--unclaimed", `on_conflict = "allow"`}
}

// savedPlan is a plan as a file, and what its JSON says that it revokes.
type savedPlan struct {
	file, json string
	output     string
	revokes    []string
	unknown    bool
}

// saves plans, and reads the plan's JSON.
func (w *workspace) saves(t *testing.T, args ...string) savedPlan {
	t.Helper()
	saved := savedPlan{file: filepath.Join(w.dir, "saved.plan"), json: filepath.Join(w.dir, "saved.json")}
	saved.output = w.run(t, nil, append([]string{"plan", "-input=false", "-out=" + saved.file}, args...)...)
	content := w.run(t, nil, "show", "-json", saved.file)
	w.writeFile(t, saved.json, content)
	type revoking struct {
		Revokes []string `json:"revokes"`
	}
	var plan struct {
		Changes []struct {
			Change struct {
				Before, After revoking
				AfterUnknown  struct {
					Revokes any `json:"revokes"`
				} `json:"after_unknown"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(content), &plan); err != nil {
		t.Fatal(err)
	}
	for _, changed := range plan.Changes {
		for _, id := range changed.Change.After.Revokes {
			if !slices.Contains(changed.Change.Before.Revokes, id) {
				saved.revokes = append(saved.revokes, id)
			}
		}
		saved.unknown = saved.unknown || changed.Change.AfterUnknown.Revokes == true
	}
	return saved
}

// check holds the plan against keyward's rules, which find something: these.
func (w *workspace) check(t *testing.T, saved savedPlan, findings ...string) {
	t.Helper()
	out := w.command(t, 1, "", "check", "--output", "csv", "--fail-on", "info", "--skip", "token-in-state", saved.json)
	for _, finding := range findings {
		wantText(t, out, finding)
	}
}
