// Package tfconfig writes Terraform configuration: the one place where values become HCL.
package tfconfig

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Content is a file as Terraform formats it, without empty lines before the first one.
func Content(file *hclwrite.File) []byte {
	return []byte(strings.TrimLeft(string(hclwrite.Format(file.Bytes())), "\n"))
}

// Import writes the block that imports an object into a resource.
func Import(body *hclwrite.Body, resourceType, name, id string) {
	block := body.AppendNewBlock("import", nil).Body()
	block.SetAttributeTraversal("to", Traversal(resourceType, name))
	block.SetAttributeValue("id", cty.StringVal(id))
}

// ImportBlock is the text of such a block.
func ImportBlock(resourceType, name, id string) string {
	file := hclwrite.NewEmptyFile()
	Import(file.Body(), resourceType, name, id)
	return strings.TrimSpace(string(Content(file)))
}

// Attribute is the text of an attribute: "name = value".
func Attribute(name string, value cty.Value) string {
	file := hclwrite.NewEmptyFile()
	Set(file.Body(), name, value)
	return strings.TrimSpace(string(Content(file)))
}

// Set sets an attribute. Long lists stand one element a line.
func Set(body *hclwrite.Body, name string, value cty.Value) {
	if value.Type().IsTupleType() && value.LengthInt() > wide {
		body.SetAttributeRaw(name, long(value))
		return
	}
	body.SetAttributeValue(name, value)
}

// Traversal is a reference such as keyward_corebill_company.shop.id.
func Traversal(root string, steps ...string) hcl.Traversal {
	t := hcl.Traversal{hcl.TraverseRoot{Name: root}}
	for _, step := range steps {
		t = append(t, hcl.TraverseAttr{Name: step})
	}
	return t
}

// Texts is a list of texts.
func Texts(words []string) cty.Value {
	if len(words) == 0 {
		return cty.EmptyTupleVal
	}
	values := make([]cty.Value, len(words))
	for i, word := range words {
		values[i] = cty.StringVal(word)
	}
	return cty.TupleVal(values)
}

// wide is how many elements of a list stand in one line.
const wide = 4

// long writes a list, one element a line.
func long(value cty.Value) hclwrite.Tokens {
	newline := &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
	tokens := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, newline}
	for _, element := range value.AsValueSlice() {
		tokens = append(tokens, hclwrite.TokensForValue(element)...)
		tokens = append(tokens, &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, newline)
	}
	return append(tokens, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

// Comment writes lines of comment. What is in them is a platform's words, and must not
// end the comment.
func Comment(body *hclwrite.Body, lines ...string) {
	for _, line := range lines {
		text := strings.TrimRight("# "+printable.Line(line), " ") + "\n"
		body.AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte(text)}})
	}
}
