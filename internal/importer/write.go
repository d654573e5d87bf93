package importer

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// render writes the files: the provider, a file per account, the imports.
func render(parts []*part, providers []byte) *Result {
	result := &Result{Files: []File{{"providers.tf", providers}}}
	imports := hclwrite.NewEmptyFile()
	comment(imports.Body(), "Once these are applied, this file can be deleted.")
	for _, p := range parts {
		addresses := p.addresses()
		file := hclwrite.NewEmptyFile()
		for _, o := range p.objects {
			writeResource(file.Body(), o, addresses)
			if o.importID != "" {
				writeImport(imports.Body(), o)
				result.Objects++
			}
		}
		for _, found := range p.proposals {
			file.Body().AppendNewline()
			comment(file.Body(), found.lines(addresses)...)
		}
		if len(p.left) > 0 {
			file.Body().AppendNewline()
			comment(file.Body(), "Left out:")
		}
		for _, l := range p.left {
			comment(file.Body(), l.what+": "+l.why+".")
		}
		result.LeftOut += len(p.left)
		result.Files = append(result.Files, File{p.name + ".tf", content(file)})
	}
	result.Files = append(result.Files, File{"imports.tf", content(imports)})
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

func content(file *hclwrite.File) []byte {
	return []byte(strings.TrimLeft(string(hclwrite.Format(file.Bytes())), "\n"))
}

func writeImport(body *hclwrite.Body, o *object) {
	body.AppendNewline()
	block := body.AppendNewBlock("import", nil).Body()
	block.SetAttributeTraversal("to", traversal(o.kind, o.name))
	block.SetAttributeValue("id", cty.StringVal(o.importID))
}

func writeResource(body *hclwrite.Body, o *object, addresses map[string]*object) {
	body.AppendNewline()
	if o.comment != "" {
		comment(body, o.comment)
	}
	block := body.AppendNewBlock("resource", []string{o.kind, o.name}).Body()
	if o.alias != "" {
		block.SetAttributeTraversal("provider", traversal("keyward", o.alias))
		block.AppendNewline()
	}
	for _, a := range o.attributes {
		if a.refers {
			if other, ok := addresses[a.value.AsString()]; ok {
				block.SetAttributeTraversal(a.name, traversal(other.kind, other.name, "id"))
				continue
			}
		}
		if a.value.Type().IsTupleType() {
			block.SetAttributeRaw(a.name, tuple(a.value))
			continue
		}
		block.SetAttributeValue(a.name, a.value)
	}
}

func traversal(root string, steps ...string) hcl.Traversal {
	t := hcl.Traversal{hcl.TraverseRoot{Name: root}}
	for _, step := range steps {
		t = append(t, hcl.TraverseAttr{Name: step})
	}
	return t
}

// wide is how many elements of a list stand in one line.
const wide = 4

// tuple writes a list, one element a line where there are many.
func tuple(value cty.Value) hclwrite.Tokens {
	if value.LengthInt() <= wide {
		return hclwrite.TokensForValue(value)
	}
	newline := &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
	tokens := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, newline}
	for _, element := range value.AsValueSlice() {
		tokens = append(tokens, hclwrite.TokensForValue(element)...)
		tokens = append(tokens, &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, newline)
	}
	return append(tokens, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

// comment writes lines of comment. What is in them is somebody else's words, and
// must not end the comment.
func comment(body *hclwrite.Body, lines ...string) {
	for _, line := range lines {
		text := strings.TrimRight("# "+printable.Line(line), " ") + "\n"
		body.AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte(text)}})
	}
}

// lines is a proposal as a comment.
func (p proposal) lines(addresses map[string]*object) []string {
	lines := []string{p.reason() + " With one permission set, a change of the set would change all of them:", ""}
	if !p.exists {
		p.set.name = slug(p.set.label, "this")
		file := hclwrite.NewEmptyFile()
		writeResource(file.Body(), p.set, addresses)
		for line := range strings.Lines(string(content(file))) {
			lines = append(lines, "  "+strings.TrimRight(line, "\n"))
		}
		lines = append(lines, "")
	}
	return append(lines,
		fmt.Sprintf("  permission_set_id = %s.id # instead of permissions", p.set.address()), "",
		"keyward import --propose-sets writes it so; a plan then shows the keys that change over to the set.")
}
