//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// counted is one resource with a key for each name.
func (c *certainty) counted(names ...string) string {
	return fmt.Sprintf("locals {\n  names = [%q]\n}\n", strings.Join(names, ",")) + "resource \"" + c.resource + "\" \"all\" {\n" +
		"  count = length(split(\",\", local.names[0]))\n  name = split(\",\", local.names[0])[count.index]\n  " + c.own + "\n}\n"
}

// Keys that give their names to each other are renamed in place, however many there are:
// the calls of a plan that wait for each other do not end in conflicts.
func TestManyKeysTakeEachOthersNames(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		var names []string
		for i := range 32 {
			names = append(names, fmt.Sprintf("n%02d", i))
		}
		c.configure(t, c.counted(names...))
		c.apply(t)
		names = slices.Concat(names[16:], names[:16])
		c.configure(t, c.counted(names...))
		c.apply(t)
		c.empty(t)
		slices.Reverse(names)
		c.configure(t, c.counted(names...))
		c.apply(t)
		c.empty(t)
		c.wantRevoked(t)
	})
}

// A foreign key's name is a conflict, among many renames too.
func TestForeignNameAmongManyRenames(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		var names []string
		for i := range 24 {
			names = append(names, fmt.Sprintf("n%02d", i))
		}
		c.configure(t, c.counted(names...))
		c.apply(t)
		foreign := c.byHand(t, "foreign")
		names = slices.Concat(names[12:], names[:12])
		names[5] = "foreign"
		c.configure(t, c.counted(names...))
		c.refuses(t, []string{"Name conflict", foreign.ID}, "plan")
		c.wantNamed(t, "foreign", 1)
		c.wantRevoked(t)
	})
}

// A new key may have the name that another resource gives away in the same plan.
func TestNewKeyTakesANameThatIsGivenAway(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.counted("a", "b"))
		c.apply(t)
		c.configure(t, c.counted("new", "a", "b"))
		c.apply(t)
		c.empty(t)
		c.wantRevoked(t)
		for _, name := range []string{"a", "b", "new"} {
			c.wantNamed(t, name, 1)
		}
	})
}

// Two keys swap their names while both are rotated.
func TestRotatedKeysSwapTheirNames(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		config := func(first, second, trigger string) string {
			rotation := "rotation = {\n    rotate_when_changed = { v = " + trigger + " }\n    overlap = \"0s\"\n  }"
			return c.key("first", first, rotation) + c.key("second", second, rotation)
		}
		c.configure(t, config("a", "b", "1"))
		c.apply(t)
		c.configure(t, config("b", "a", "2"))
		c.apply(t)
		c.empty(t)
		c.wantNamed(t, "a", 1)
		c.wantNamed(t, "b", 1)
	})
}

// An address that is changed without a moved block destroys the key and creates another
// one, as the plan says, and the plan names the block that keeps the key.
func TestRenamedAddress(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		config := func(prefix string) (all string) {
			for i := range 4 {
				all += c.key(fmt.Sprint(prefix, i), fmt.Sprint("shop", i))
			}
			return all
		}
		c.configure(t, config("old"))
		c.apply(t)
		before := slices.Concat(c.named(t, "shop0"), c.named(t, "shop1"), c.named(t, "shop2"), c.named(t, "shop3"))
		c.configure(t, config("new"))
		out := c.apply(t)
		if n := strings.Count(unwrapped(out), "use a moved block"); n != 4 {
			t.Errorf("the plan names the moved block %d times:\n%s", n, out)
		}
		c.wantRevoked(t, before...)
		c.empty(t)

		c.configure(t, config("newer")+strings.Join([]string{moved(c.resource, 0), moved(c.resource, 1), moved(c.resource, 2), moved(c.resource, 3)}, ""))
		c.apply(t)
		c.wantRevoked(t, before...)
	})
}

func moved(resource string, i int) string {
	return fmt.Sprintf("moved {\n  from = %s.new%d\n  to = %s.newer%d\n}\n", resource, i, resource, i)
}

// A plan and its apply may use different credentials; a replacement that is created before
// the old key is destroyed goes through all the same.
func TestReplacementWithAnotherCredentialThanThePlans(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.key("shop", "shop", createBeforeDestroy))
		c.apply(t)
		old := c.heldIn(t, c.workspace)
		planning := []string{
			"COREBILL_API_KEY=" + c.CorebillKey(t, c.Credentials.Corebill.CompanyID, "read"),
			"BILLIUM_API_KEY=" + c.BilliumKeyAs(t, "OWNER", "api_key:view", "merchant:view", "invoice:view"),
		}
		c.run(t, planning, "plan", "-input=false", "-replace="+c.resource+".shop", "-out=saved")
		c.run(t, nil, "apply", "-input=false", "saved")
		c.wantRevoked(t, old.ID)
		c.wantNamed(t, "shop", 1)
		c.empty(t)
	})
}

// A proxy's 404 to a DELETE does not pass for a revocation.
func TestRevocationIsNotBelievedToA404(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.key("shop", "shop"))
		c.apply(t)
		key := c.heldIn(t, c.workspace)
		var lie = true
		c.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if !lie || r.Method != http.MethodDelete {
					next.ServeHTTP(rw, r)
					return
				}
				rw.Header().Set("Content-Type", "application/json")
				rw.WriteHeader(http.StatusNotFound)
				_, _ = rw.Write([]byte(`{"error":"Not Found","message":"API key not found","statusCode":404}`))
			})
		})
		c.refuses(t, []string{key.ID, "it is live"}, "destroy", "-auto-approve")
		c.works(t, key.Token)
		lie = false
		c.run(t, nil, "destroy", "-auto-approve", "-input=false")
		c.wantRevoked(t, key.ID)
	})
}
