package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

const (
	corebillRotate = "keyward_corebill_api_key_rotate"
	billiumRotate  = "keyward_billium_api_key_rotate"
)

// planHook does something between a plan and its apply.
func planHook(do func()) plancheck.PlanCheck { return hook(do) }

type hook func()

func (h hook) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	h()
}

// rotating is one of the actions, with what a test needs of its platform.
type rotating struct {
	other, own func(*world, *testing.T) string
	rename     func(w *world, t *testing.T, id, name string)
}

var rotateActions = map[string]rotating{
	corebillRotate: {(*world).otherCorebillKeyID, (*world).ownCorebillKeyID, func(w *world, t *testing.T, id, name string) {
		t.Helper()
		w.renameCorebill(t, w.Credentials.Corebill.CompanyID, id, name)
	}},
	billiumRotate: {(*world).otherBilliumKeyID, (*world).ownBilliumKeyID, (*world).renameBillium},
}

// keyName returns the name of a key of either platform.
func (w *world) keyName(t *testing.T, id string) string {
	t.Helper()
	for _, key := range w.CorebillKeys(t) {
		if key.ID == id {
			return key.Name
		}
	}
	for _, key := range w.BilliumKeys(t) {
		if key.ID == id {
			return key.Name
		}
	}
	t.Fatalf("there is no key %s", id)
	return ""
}

func TestRotateActionAsksOnce(t *testing.T) {
	t.Parallel()
	for action, c := range rotateActions {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := c.other(w, t)
			name := w.keyName(t, id)
			p, set := w.protocol(t), values{"api_key_id": text(id)}

			wantNone(t, p.plan(t, action, values{"api_key_id": unknownText}))
			wantNone(t, p.plan(t, action, set))
			if now := w.keyName(t, id); now != name {
				t.Errorf("the plan renamed the key to %q", now)
			}
			for _, says := range []string{"now asks", "asked before"} {
				progress, diags := p.invoke(t, action, set)
				wantNone(t, diags)
				if len(progress) != 1 || !strings.Contains(progress[0], id) || !strings.Contains(progress[0], says) {
					t.Errorf("the progress is %q, want %q", progress, says)
				}
				if now := w.keyName(t, id); now != name+rotation.Marker || w.revoked(t, id) {
					t.Errorf("the key is %q, revoked %v", now, w.revoked(t, id))
				}
			}
		})
	}
}

func TestRotateActionRefuses(t *testing.T) {
	t.Parallel()
	for action, c := range rotateActions {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.protocol(t)
			refused := func(id string, says ...string) {
				t.Helper()
				name, set := w.keyName(t, id), values{"api_key_id": text(id)}
				wantOne(t, p.plan(t, action, set), tfprotov6.DiagnosticSeverityError, says...)
				_, diags := p.invoke(t, action, set)
				wantOne(t, diags, tfprotov6.DiagnosticSeverityError, says...)
				if now := w.keyName(t, id); now != name {
					t.Errorf("%s was renamed to %q", id, now)
				}
			}
			refused(c.own(w, t), "the key that the provider uses", "Rotating")
			id := c.other(w, t)
			c.rename(w, t, id, strings.Repeat("x", rotation.MaxNameLength))
			refused(id, "too long", "rotate_when_changed")
			c.rename(w, t, id, "keyward-ephemeral/20260301T120000Z/ci")
			refused(id, "The key is ephemeral")
			w.RevokeKey(t, id)
			refused(id, "The key is revoked", id)
		})
	}
}

// Terraform itself asks, and its next apply rotates.
func TestTerraformRotatesWhatAnActionAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(incident string) string {
		return corebillConfig(`name = "shop"
				permission_level = "write"`) +
			billiumConfig(`name = "checkout"
				permissions = ["invoice:view"]`) + `
			action "keyward_corebill_api_key_rotate" "test" {
				config {
					api_key_id = keyward_corebill_api_key.test.id
				}
			}
			action "keyward_billium_api_key_rotate" "test" {
				config {
					api_key_id = keyward_billium_api_key.test.id
				}
			}
			resource "terraform_data" "incident" {
				input = "` + incident + `"
				lifecycle {
					action_trigger {
						events  = [after_update]
						actions = [action.keyward_corebill_api_key_rotate.test, action.keyward_billium_api_key_rotate.test]
					}
				}
			}`
	}
	var before []string
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: w.providers(),
		Steps: []resource.TestStep{
			{Config: config("none"), ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				before = []string{w.liveCorebill(t, "shop")[0].ID, w.liveBillium(t, "checkout")[0].ID}
				return nil
			})}},
			{Config: config("leak"), ExpectNonEmptyPlan: true},
			{
				Config: config("leak"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: preApplies(
					rotates(corebillKey, "shop"), rotates(billiumKey, "checkout"))},
				ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
					return all(exactly(1, len(w.liveCorebill(t, "shop")), "live keys"), exactly(1, len(w.liveBillium(t, "checkout")), "live keys"))
				})},
			},
		},
	})
	for _, id := range before {
		if !w.revoked(t, id) {
			t.Errorf("%s is still live", id)
		}
	}
}

func preApplies(parts ...resource.ConfigPlanChecks) (checks []plancheck.PlanCheck) {
	for _, part := range parts {
		checks = append(checks, part.PreApply...)
	}
	return checks
}
