package importer

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

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
