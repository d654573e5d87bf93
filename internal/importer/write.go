package importer

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

// render writes the files: the provider, a file per account, the imports.
func render(parts []*part, providers []byte) *Result {
	result := &Result{Files: []File{{"providers.tf", providers}}}
	imports := hclwrite.NewEmptyFile()
	tfconfig.Comment(imports.Body(), "Once these are applied, this file can be deleted.")
	for _, p := range parts {
		addresses := p.addresses()
		file := hclwrite.NewEmptyFile()
		for _, o := range p.objects {
			writeResource(file.Body(), o, addresses)
			if o.importID != "" {
				imports.Body().AppendNewline()
				tfconfig.Import(imports.Body(), o.Type, o.name, o.importID)
				result.Objects++
			}
		}
		for _, found := range p.proposals {
			file.Body().AppendNewline()
			tfconfig.Comment(file.Body(), found.lines(addresses)...)
		}
		if len(p.left) > 0 {
			file.Body().AppendNewline()
			tfconfig.Comment(file.Body(), "Left out:")
		}
		for _, l := range p.left {
			tfconfig.Comment(file.Body(), l.what+": "+l.why+".")
		}
		result.LeftOut += len(p.left)
		result.Files = append(result.Files, File{p.name + ".tf", tfconfig.Content(file)})
	}
	result.Files = append(result.Files, File{"imports.tf", tfconfig.Content(imports)})
	return result
}

// addresses are what refers to the objects, by their ids.
func (p *part) addresses() map[string]*object {
	byID := map[string]*object{}
	for _, o := range p.objects {
		byID[o.key()] = o
	}
	return byID
}

func writeResource(body *hclwrite.Body, o *object, addresses map[string]*object) {
	body.AppendNewline()
	if o.comment != "" {
		tfconfig.Comment(body, o.comment)
	}
	block := body.AppendNewBlock("resource", []string{o.Type, o.name}).Body()
	if o.alias != "" {
		block.SetAttributeTraversal("provider", tfconfig.Traversal("keyward", o.alias))
		block.AppendNewline()
	}
	for _, a := range o.attributes {
		if a.refers {
			if other, ok := addresses[a.value.AsString()]; ok {
				block.SetAttributeTraversal(a.name, tfconfig.Traversal(other.Type, other.name, "id"))
				continue
			}
		}
		tfconfig.Set(block, a.name, a.value)
	}
}

// lines is a proposal as a comment.
func (p proposal) lines(addresses map[string]*object) []string {
	lines := []string{p.reason() + " With one permission set, a change of the set would change all of them:", ""}
	if !p.exists {
		p.set.name = resourcekind.Slug(p.set.Label, "this")
		file := hclwrite.NewEmptyFile()
		writeResource(file.Body(), p.set, addresses)
		for line := range strings.Lines(string(tfconfig.Content(file))) {
			lines = append(lines, "  "+strings.TrimRight(line, "\n"))
		}
		lines = append(lines, "")
	}
	return append(lines,
		fmt.Sprintf("  permission_set_id = %s.id # instead of permissions", p.set.address()), "",
		"keyward import --propose-sets writes it so; a plan then shows the keys that change over to the set.")
}

// providers writes what the configuration needs of the provider. With one account
// of a platform it takes everything from the environment; with several, each has
// a provider of its own, whose key is a variable.
func providers(accounts *inventory.Accounts, single bool) []byte {
	file := hclwrite.NewEmptyFile()
	block := file.Body().AppendNewBlock("terraform", nil).Body()
	block.SetAttributeValue("required_version", cty.StringVal(">= 1.11"))
	block.AppendNewline()
	required := block.AppendNewBlock("required_providers", nil).Body()
	required.SetAttributeValue("keyward", cty.ObjectVal(map[string]cty.Value{"source": cty.StringVal("keyward/keyward")}))
	file.Body().AppendNewline()
	if single {
		tfconfig.Comment(file.Body(), "The provider reads COREBILL_API_KEY, COREBILL_COMPANY_ID, BILLIUM_API_KEY, BILLIUM_MERCHANT_ID",
			"and, where the platforms are elsewhere, COREBILL_BASE_URL and BILLIUM_BASE_URL.")
		return append(tfconfig.Content(file), "provider \"keyward\" {}\n"...)
	}
	for _, a := range accounts.Corebill {
		base := otherBase(a.Client.BaseURL(), corebill.DefaultBaseURL)
		writeProvider(file.Body(), fileName(a.Name), "corebill", a.Source, []attribute{{name: "base_url", value: base}})
	}
	for _, a := range accounts.Billium {
		base := otherBase(a.Client.BaseURL(), billium.DefaultBaseURL)
		writeProvider(file.Body(), fileName(a.Name), "billium", a.Source,
			[]attribute{{name: "merchant_id", value: cty.StringVal(a.MerchantID)}, {name: "base_url", value: base}})
	}
	return tfconfig.Content(file)
}

// otherBase is a base URL that has to be said; null for the platform's own.
func otherBase(base, own string) cty.Value {
	if base == own {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(base)
}

func writeProvider(body *hclwrite.Body, name, platform, source string, settings []attribute) {
	variable := body.AppendNewBlock("variable", []string{name + "_api_key"}).Body()
	variable.SetAttributeTraversal("type", tfconfig.Traversal("string"))
	variable.SetAttributeValue("sensitive", cty.True)
	variable.SetAttributeValue("description", cty.StringVal("The API key of the account "+name+"; keyward import had it from "+source+"."))
	body.AppendNewline()
	provider := body.AppendNewBlock("provider", []string{"keyward"}).Body()
	provider.SetAttributeValue("alias", cty.StringVal(name))
	tokens := []hclwrite.ObjectAttrTokens{{
		Name: hclwrite.TokensForIdentifier("api_key"), Value: hclwrite.TokensForTraversal(tfconfig.Traversal("var", name+"_api_key")),
	}}
	for _, s := range settings {
		if !s.value.IsNull() {
			tokens = append(tokens, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(s.name), Value: hclwrite.TokensForValue(s.value)})
		}
	}
	provider.SetAttributeRaw(platform, hclwrite.TokensForObject(tokens))
	body.AppendNewline()
}
