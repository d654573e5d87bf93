package importer

import (
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

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
