package provider_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
)

// words are what strings of a configuration are made of: each means something to
// one attribute or another.
var words = []string{
	"", " ", "shop", strings.Repeat("x", 300), "a\nb", "read", "root", "SECRET", "PUBLIC", "invoice:view", "invoice:*", "*", "nope:nope",
	"error", "allow", "720h", "1h", "0s", "-1h", "soon", "pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9", "com_000000000000",
	"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
}

// arbitrary makes a value of a type; an object's attributes are mostly null.
func arbitrary(r *rand.Rand, of tftypes.Type) tftypes.Value {
	switch r.IntN(12) {
	case 0:
		return tftypes.NewValue(of, nil)
	case 1:
		return tftypes.NewValue(of, tftypes.UnknownValue)
	}
	several := func(element tftypes.Type) (all []tftypes.Value) {
		for range r.IntN(3) {
			all = append(all, arbitrary(r, element))
		}
		return all
	}
	switch of := of.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		for name, attribute := range of.AttributeTypes {
			values[name] = tftypes.NewValue(attribute, nil)
			if r.IntN(3) == 0 {
				values[name] = arbitrary(r, attribute)
			}
		}
		return tftypes.NewValue(of, values)
	case tftypes.Map:
		values := map[string]tftypes.Value{}
		for _, value := range several(of.ElementType) {
			values[words[r.IntN(len(words))]] = value
		}
		return tftypes.NewValue(of, values)
	case tftypes.Set:
		return tftypes.NewValue(of, several(of.ElementType))
	case tftypes.List:
		return tftypes.NewValue(of, several(of.ElementType))
	}
	switch {
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, r.IntN(2) == 0)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, r.IntN(3))
	}
	return tftypes.NewValue(of, words[r.IntN(len(words))])
}

// A configuration passes without the framework where the framework has nothing to
// say of it, and only there: that is held for configurations made at random, and for
// each value of each attribute.
func TestValidConfigsAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, _ := newClockedWorld(t)
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		p := provider.New(provider.Options{Version: "test", Getenv: func(name string) string { return s.environment[name] }, Now: s.now})()
		quick, ok := p.(interface {
			ValidConfig(ctx context.Context, resourceType string, config *tfprotov6.DynamicValue) bool
		})
		if !ok {
			t.Fatal("the provider validates nothing by itself")
		}
		framework := s.configure(t, providerserver.NewProtocol6(p)())
		valid := 0
		check := func(config values) {
			t.Helper()
			declared := configuration(t, framework.schema(), config)
			resp, err := framework.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: s.typeName, Config: declared, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
			})
			if err != nil {
				t.Fatal(err)
			}
			if quick.ValidConfig(t.Context(), s.typeName, declared) != (len(resp.Diagnostics) == 0) {
				t.Errorf("%v: the framework says %v", config, resp.Diagnostics)
			}
			if len(resp.Diagnostics) == 0 {
				valid++
			}
		}
		base := func() values {
			if c.platform == "corebill" {
				return values{"name": text("shop"), "permission_level": text("read")}
			}
			return values{"name": text("shop")}
		}
		r := rand.New(rand.NewPCG(1, 2)) // the same configurations in each run
		attributes := framework.schema().Block.Attributes
		for _, attribute := range attributes {
			for range 200 {
				config := base()
				config[attribute.Name] = arbitrary(r, attribute.ValueType())
				check(config)
			}
		}
		for range 2000 {
			config := base()
			for _, attribute := range attributes {
				if !attribute.Computed && r.IntN(3) == 0 || r.IntN(30) == 0 {
					config[attribute.Name] = arbitrary(r, attribute.ValueType())
				}
			}
			check(config)
		}
		t.Logf("%d of the configurations are valid", valid)
		if valid < 300 {
			t.Errorf("%d of the configurations are valid: too few to tell", valid)
		}
	})
}
