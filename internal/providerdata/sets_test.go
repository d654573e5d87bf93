package providerdata_test

import (
	"errors"
	"slices"
	"testing"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// What is planned of a set counts once the set is written, too, for an apply plans its
// keys after that. Where it isn't known what became of the set, the platform is asked again.
func TestPermissionsAhead(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	b := billiumAccess(t, s, s.Credentials.Billium.APIKey)
	set, err := b.Client.CreatePermissionSet(t.Context(), b.MerchantID, billiumapi.CreatePermissionSetRequest{
		Name: "set", Permissions: []billiumapi.Permission{"report:view"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	want := func(known bool, permissions ...billium.Permission) {
		t.Helper()
		got, gotKnown, err := b.PermissionsAhead(t.Context(), set.ID)
		if err != nil || gotKnown != known || !slices.Equal(got, permissions) {
			t.Errorf("got %v, %t, %v; want %v, %t", got, gotKnown, err, permissions, known)
		}
	}
	want(true, "report:view")
	b.PlanPermissionSet(set.ID, []billium.Permission{"invoice:view"}, true)
	want(true, "invoice:view")
	b.PermissionSetWritten(set.ID, set)
	want(true, "invoice:view")
	b.PlanPermissionSet(set.ID, nil, false)
	want(false)

	changed := []billiumapi.Permission{"team:view"}
	if _, err := b.Client.UpdatePermissionSet(t.Context(), b.MerchantID, set.ID, billiumapi.UpdatePermissionSetRequest{Permissions: &changed}); err != nil {
		t.Fatal(err)
	}
	b.PermissionSetWritten(set.ID, nil)
	want(true, "team:view")
	if _, _, err := b.PermissionsAhead(t.Context(), "pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9"); err == nil {
		t.Error("there is no such set")
	}
}

func TestPlanToLeave(t *testing.T) {
	t.Parallel()
	var b providerdata.Billium
	no := errors.New("no")
	for _, c := range []struct {
		ids     []string
		refused error
		leaving int
	}{
		{[]string{"tm_1"}, nil, 1},
		{[]string{"tm_2", "tm_3"}, no, 3},
		{[]string{"tm_1"}, nil, 1},
		{[]string{"tm_2"}, nil, 2},
		{nil, no, 2},
	} {
		err := b.PlanToLeave(c.ids, func(leaving map[string]bool) error {
			if len(leaving) != c.leaving {
				t.Errorf("%v: %v leave, want %d", c.ids, leaving, c.leaving)
			}
			return c.refused
		})
		if !errors.Is(err, c.refused) {
			t.Errorf("%v: %v", c.ids, err)
		}
	}
}
