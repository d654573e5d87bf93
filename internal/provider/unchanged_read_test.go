package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// A refresh that finds a key as its state has it is answered without the framework,
// the answer is the framework's, and whatever else it finds it asks for once.
func TestUnchangedReadsAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		s.shop(t)
		var id string
		if err := s.process(t).attributes(t, s.file.state)["id"].As(&id); err != nil {
			t.Fatal(err)
		}
		identity := s.framework(t).read(t, s.file, nil).NewIdentity
		another := s.identity(t, c.scope)
		none := func() func() { return func() {} }
		fails := func(status int) func() func() {
			return func() func() {
				return w.Inject(sandboxtest.Fault{Platform: c.platform, Method: http.MethodGet, Times: sandboxtest.Endless, Status: status}).Remove
			}
		}
		happens := func(does func(t testing.TB, id string)) func() func() {
			return func() func() { does(t, id); return func() {} }
		}
		for _, row := range []struct {
			name     string
			happens  func() func()
			prior    stored
			identity *tfprotov6.ResourceIdentityData
			quick    bool
		}{
			{"nothing", none, s.file, nil, true},
			{"nothing, with an identity", none, s.file, identity, true},
			{"another identity", none, s.file, another, false},
			{"private state", none, stored{s.file.state, []byte(`{"other":"e30="}`)}, identity, true},
			{"private state of a refresh", none, stored{s.file.state, []byte(`{"observation":"e30="}`)}, identity, false},
			{"imported", none, stored{s.file.state, []byte(`{".import_before_read":"dHJ1ZQ=="}`)}, nil, false},
			{"no private state", none, stored{s.file.state, []byte(`[]`)}, nil, false},
			{"private state that is null", none, stored{s.file.state, []byte(`null`)}, nil, false},
			{"private state with nothing in it", none, stored{s.file.state, []byte(`{}`)}, nil, false},
			{"private state that is not JSON", none, stored{s.file.state, []byte(`{"other":"AQID"}`)}, nil, false},
			{"private state in another order", none, stored{s.file.state, []byte(`{"other":"e30=","more":"e30="}`)}, nil, false},
			{"a time that is none", none, stored{s.with(t, "rotate_due", text("soon")), nil}, identity, false},
			{"another value", none, stored{s.with(t, "enabled", flag(false)), nil}, identity, false},
			{"an older state", none, stored{s.with(t, "generation", tftypes.NewValue(tftypes.Number, nil)), nil}, identity, false},
			{"the platform refuses", fails(http.StatusForbidden), s.file, identity, false},
			{"the platform fails", fails(http.StatusInternalServerError), s.file, identity, false},
			{"its rotation is due", func() func() { passing.advance(721 * time.Hour)(); return func() {} }, s.file, identity, false},
			{"disabled", happens(w.DisableKey), s.file, identity, false},
			{"revoked", happens(w.RevokeKey), s.file, identity, false},
		} {
			mend := row.happens()
			w.ResetRequests()
			got := s.process(t).read(t, row.prior, row.identity)
			asked := paths(w.Requests())
			w.ResetRequests()
			want := s.framework(t).read(t, row.prior, row.identity)
			if again := paths(w.Requests()); !slices.Equal(asked, again) {
				t.Errorf("%s: asked for %q, and the framework for %q", row.name, asked, again)
			}
			mend()
			got.Private, want.Private = timeless(got.Private), timeless(want.Private)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: read\n%+v\nand the framework\n%+v", row.name, got, want)
			}
			if quick := got.NewState == row.prior.state; quick != row.quick {
				t.Errorf("%s: answered without the framework: %v", row.name, quick)
			}
		}
	})
}

// read refreshes an object as Terraform does.
func (w walk) read(t *testing.T, s stored, identity *tfprotov6.ResourceIdentityData) *tfprotov6.ReadResourceResponse {
	t.Helper()
	resp, err := w.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: w.typeName, CurrentState: s.state, Private: s.private, CurrentIdentity: identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// identity is that of another key.
func (s *stack) identity(t *testing.T, scope string) *tfprotov6.ResourceIdentityData {
	t.Helper()
	of := tftypes.Object{AttributeTypes: map[string]tftypes.Type{scope: tftypes.String, "id": tftypes.String}}
	value, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, map[string]tftypes.Value{scope: text("another"), "id": text("another")}))
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &value}
}

// timeless is private state without the instant at which it was made.
func timeless(private []byte) []byte {
	var kept map[string][]byte
	if json.Unmarshal(private, &kept) != nil {
		return private
	}
	for key, value := range kept {
		kept[key] = regexp.MustCompile(`"at":"[^"]*"`).ReplaceAll(value, nil)
	}
	return fmt.Appendf(nil, "%q", kept)
}

// window is the time that rows of a log are asked for; it ends with the request.
var window = regexp.MustCompile(`&created(_a|A)fter=[^&]*|&created(_b|B)efore=[^&]*`)

// paths are what requests were for.
func paths(requests []sandboxtest.Request) (all []string) {
	for _, r := range requests {
		all = append(all, r.Method+" "+window.ReplaceAllString(r.Path, ""))
	}
	return all
}
