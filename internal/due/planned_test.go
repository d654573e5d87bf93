package due_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/due"
)

// planned is when Terraform made the plan in rotations.json, a minute later.
var planned = time.Date(2026, 11, 22, 9, 1, 41, 0, time.UTC)

// The plan of Terraform 1.11.4 in rotations.json does everything that a plan can do
// to keys. Of one that stays, of one that is renamed and of one that is new there is
// nothing to tell.
func TestPlan(t *testing.T) {
	keys := keysOf(t, "rotations.json")
	want := []string{
		"at once revoke key_97b2f772d1accc0d292d9754241ff6d9 planned: keyward_billium_api_key.superseded",
		"at once rotate key_fe351a40ebd0f601b720302d8eef6503 planned: keyward_billium_api_key.superseded",
		"at once replace key_ef943cc843a246ad340d8d3e6223bb18 planned: keyward_billium_api_key.quiet",
		"at once rotate key_88c153539e54a148a95155b87fcfb1f4 planned: keyward_billium_api_key.replaced_at_once",
		"at once revoke key_88c153539e54a148a95155b87fcfb1f4 planned: keyward_billium_api_key.replaced_at_once",
		"at once rotate key_b7c10f27244f6f44e07bb5f2e8a33810 planned: keyward_billium_api_key.rotated",
		`at once create key_zza1g3xgvjjt gone: keyward_corebill_api_key.each["west"]`,
		"at once create key_dcs3hffahduo gone: keyward_corebill_api_key.gone",
		"at once rotate key_ne3oa3teurks planned: keyward_corebill_api_key.gone_previous",
		"at once destroy key_m8zj5oa0uhda planned: keyward_corebill_api_key.removed[0]",
		"at once create key_gjqu3vaopht5 gone: module.team.keyward_corebill_api_key.ci[0]",
		"11-22T09:00:39 revoke key_168715c60bcf5faca3d777c1eb844d3c revoke_due: keyward_billium_api_key.over",
	}
	got := lines(due.List(keys, due.Window{Now: planned}))
	slices.Sort(got)
	slices.Sort(want)
	if len(keys) != 12 || !slices.Equal(got, want) {
		t.Errorf("%d keys, due is\n%s\nwant\n%s", len(keys), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// planOf is a plan that updates a key with these attributes, key_now by its id.
func planOf(before, after, unknown string) string {
	return fmt.Sprintf(`{"format_version":"1.2","planned_values":{},"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[
		{"address":"keyward_billium_api_key.a","mode":"managed","type":"keyward_billium_api_key","values":{%s}}]}}},
		"resource_changes":[{"address":"keyward_billium_api_key.a","mode":"managed","type":"keyward_billium_api_key","change":{"actions":["update"],
		"before":{%[1]s},"after":{%s},"after_unknown":{%s}}}]}`, before, after, unknown)
}

// What the state has as due tells more than the plan; what it has as due later is
// due with the plan.
func TestPlannedUpdate(t *testing.T) {
	const (
		now1     = `"id":"key_now","generation":1`
		past     = `,"rotate_due":"2026-03-09T03:00:00Z"`
		future   = `,"rotate_due":"2026-03-11T03:00:00Z"`
		previous = `,"previous":{"id":"key_old","revoke_due":"2026-03-11T03:00:00Z"}`
		over     = `,"previous":{"id":"key_old","revoke_due":"2026-03-09T03:00:00Z"}`
		here     = ": keyward_billium_api_key.a"
	)
	rotated, revoked := "at once rotate key_now planned"+here, "at once revoke key_old planned"+here
	for _, test := range []struct {
		name, before, after, unknown string
		want                         []string
	}{
		{"another name", now1, now1 + `,"name":"b"`, ``, nil},
		{"a generation more", now1, `"generation":2`, `"id":true`, []string{rotated}},
		{"a generation after none", `"id":"key_now"`, `"generation":2`, ``, []string{rotated}},
		{"the first generation after none", `"id":"key_now"`, now1, ``, nil},
		{"an id that is not known yet", now1, ``, `"id":true,"generation":true`, []string{rotated}},
		{"by age", now1 + past, `"generation":2`, `"id":true`, []string{"03-09T03:00:00 rotate key_now rotate_due" + here}},
		{"before its age", now1 + future, `"generation":2`, `"id":true`, []string{rotated}},
		{"on request", now1 + `,"rotation_requested":true`, `"generation":2`, `"id":true`, []string{"at once rotate key_now rotation_requested" + here}},
		{"its previous key goes early", now1 + previous, now1 + `,"previous":null,"revokes":["key_old"]`, ``, []string{revoked}},
		{"its previous key goes in time", now1 + over, now1 + `,"previous":null,"revokes":["key_old"]`, ``, []string{"03-09T03:00:00 revoke key_old revoke_due" + here}},
		{"its previous key was found revoked", now1 + previous, now1 + `,"previous":null`, ``, nil},
		{"its previous key waits elsewhere", now1 + previous, now1 + `,"previous":{"id":"key_old"}`, `"previous":{"revoke_due":true}`, nil},
		{"its previous key is superseded", now1 + previous, `"generation":2,"previous":{"id":"key_now"},"revokes":["key_old"]`, `"id":true,"previous":{"revoke_due":true}`,
			[]string{rotated, revoked}},
		{"without an overlap", now1, `"generation":2,"previous":null,"revokes":["key_now"]`, `"id":true`, []string{rotated, "at once revoke key_now planned" + here}},
		{"everything goes", now1 + previous, `"generation":2,"revokes":["key_old","key_now","key_left"]`, `"id":true,"previous":true`,
			[]string{rotated, revoked, "at once revoke key_now planned" + here, "at once revoke key_left planned" + here}},
		{"the state knows why", now1 + over + `,"orphaned":[{"id":"key_left"}]`, now1 + `,"previous":null,"orphaned":null,"revokes":["key_old","key_left"]`, ``,
			[]string{"at once revoke key_left orphaned" + here, "03-09T03:00:00 revoke key_old revoke_due" + here}},
		{"an earlier plan revoked it", now1 + `,"revokes":["key_older"]`, now1 + `,"name":"b","revokes":["key_older"]`, ``, nil},
		{"only what is new", now1 + previous + `,"revokes":["key_older"]`, now1 + `,"previous":null,"revokes":["key_older","key_old"]`, ``, []string{revoked}},
		{"nothing is revoked", now1, now1 + `,"revokes":null`, ``, nil},
		{"nothing is known yet", now1 + previous, now1, `"revokes":true`, []string{"at once may-revoke key_now planned" + here, "at once may-revoke key_old planned" + here}},
		{"one id is not known yet", now1, now1 + `,"revokes":["key_old"]`, `"revokes":[false,true]`, []string{"at once may-revoke key_now planned" + here}},
		{"nothing is known yet, but one is due", now1 + over, now1, `"revokes":true`,
			[]string{"at once may-revoke key_now planned" + here, "03-09T03:00:00 revoke key_old revoke_due" + here}},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys, err := parse([]byte(planOf(test.before, test.after, test.unknown)))
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(due.List(keys, due.Window{Now: now})); !slices.Equal(got, test.want) {
				t.Errorf("due is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// A plan's rotation is not told a second time as one that comes later, and what
// has just come due by age is left to the schedule, planned or not.
func TestPlanAndWindow(t *testing.T) {
	for _, test := range []struct {
		due    string
		window due.Window
		want   []string
	}{
		{"2026-03-11T03:00:00Z", due.Window{Now: now, Within: 48 * time.Hour}, []string{"at once rotate key_now planned: keyward_billium_api_key.a"}},
		{"2026-03-10T02:00:00Z", due.Window{Now: now, Grace: 2 * time.Hour}, nil},
	} {
		keys, err := parse([]byte(planOf(`"id":"key_now","generation":1,"rotate_due":"`+test.due+`"`, `"generation":2`, `"id":true`)))
		if got := lines(due.List(keys, test.window)); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: due is %q, error %v", test.due, got, err)
		}
	}
}

// A key that is gone is told where the plan creates it again, and only there.
func TestGone(t *testing.T) {
	const drift = `"resource_drift":[{"address":"keyward_corebill_api_key.a","mode":"managed","type":"keyward_corebill_api_key",
		"change":{"actions":["delete"],"before":{"id":"key_gone","name":"a"},"after":null,"after_unknown":{}}}]`
	for name, test := range map[string]struct {
		changes string
		want    []string
	}{
		"declared": {`"resource_changes":[{"address":"keyward_corebill_api_key.a","mode":"managed","type":"keyward_corebill_api_key",
			"change":{"actions":["create"],"before":null,"after":{"name":"a"},"after_unknown":{"id":true}}}],`, []string{"at once create key_gone gone: keyward_corebill_api_key.a"}},
		"declared no longer": {"", nil},
	} {
		keys, err := parse([]byte(`{"format_version":"1.2","planned_values":{},` + test.changes + drift + `}`))
		if got := lines(due.List(keys, due.Window{Now: now})); err != nil || len(keys) != len(test.want) || !slices.Equal(got, test.want) {
			t.Errorf("%s: %d keys, due is %q, error %v", name, len(keys), got, err)
		}
	}
}

// What a plan destroys takes its previous and orphaned keys along, at once.
func TestPlannedDestruction(t *testing.T) {
	const attributes = `"id":"key_now","previous":{"id":"key_old","revoke_due":"2026-03-11T03:00:00Z"},"orphaned":[{"id":"key_left"}]`
	const here = ": keyward_billium_api_key.a"
	beside := []string{"at once revoke key_left orphaned" + here, "at once revoke key_old planned" + here}
	for actions, want := range map[string][]string{
		`"delete"`:          append([]string{"at once destroy key_now planned" + here}, beside...),
		`"delete","create"`: append([]string{"at once replace key_now planned" + here}, beside...),
		`"create","delete"`: append([]string{"at once replace key_now planned" + here}, beside...),
		`"create","forget"`: {"at once revoke key_left orphaned" + here, "at once replace key_now planned" + here},
		`"forget"`:          {"at once revoke key_left orphaned" + here},
	} {
		keys, err := parse([]byte(strings.Replace(planOf(attributes, ``, ``), `"update"`, actions, 1)))
		got := lines(due.List(keys, due.Window{Now: now}))
		slices.Sort(got)
		slices.Sort(want)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: due is\n%s\nwant\n%s\nerror %v", actions, strings.Join(got, "\n"), strings.Join(want, "\n"), err)
		}
	}
}

func TestBadChanges(t *testing.T) {
	for _, after := range []string{`"revokes":"key_old"`, `"generation":"two"`} {
		_, err := parse([]byte(planOf(`"id":"key_now"`, after, ``)))
		if err == nil || !strings.HasPrefix(err.Error(), "keyward_billium_api_key.a: its values are not in the form that the provider gives them: ") {
			t.Errorf("%s: %v", after, err)
		}
	}
}
