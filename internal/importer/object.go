// Package importer writes an existing account as Terraform configuration: import
// blocks, and a resource for every object that can be managed.
package importer

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

// object is something on a platform that a resource can manage.
type object struct {
	resourcekind.Generated

	// importID is what the provider imports it by; empty for what is yet to be created.
	importID string
	// comment says, in a line, what the attributes don't.
	comment    string
	attributes []attribute
	// alias is the provider's, where there is more than one; else "".
	alias string
	// name of the resource, once it has one.
	name string
}

// attribute is one attribute of a resource: a value, or a reference to the id of
// another object where that is among the objects.
type attribute struct {
	name  string
	value cty.Value
	// refers is true where the value is another object's id.
	refers bool
}

// address is how other resources refer to the object.
func (o *object) address() string { return o.Type + "." + o.name }

func (o *object) set(name string, value cty.Value) {
	o.attributes = append(o.attributes, attribute{name: name, value: value})
}

func (o *object) text(name, value string) { o.set(name, cty.StringVal(value)) }

// textOr sets a text that there may not be.
func (o *object) textOr(name string, value *string) {
	if value != nil {
		o.text(name, *value)
	}
}

func (o *object) refer(name, id string) {
	o.attributes = append(o.attributes, attribute{name: name, value: cty.StringVal(id), refers: true})
}

// key is what refers to the object: its id or, of one that is yet to be created,
// what makes it another one than others.
func (o *object) key() string {
	if o.ID != "" {
		return o.ID
	}
	return o.Type + "/" + o.Hint
}

// permissions returns the object's own permissions, and false where it has none.
func (o *object) permissions() (cty.Value, bool) {
	for _, a := range o.attributes {
		if a.name == "permissions" {
			return a.value, true
		}
	}
	return cty.NilVal, false
}

// unset takes an attribute away.
func (o *object) unset(name string) {
	for i, a := range o.attributes {
		if a.name == name {
			o.attributes = append(o.attributes[:i:i], o.attributes[i+1:]...)
			return
		}
	}
}

// leftOut is an object without a resource, and why.
type leftOut struct{ what, why string }

// part is what one account becomes: a file.
type part struct {
	name string
	// companies are the names of Corebill's companies by id.
	companies map[string]string
	objects   []*object
	left      []leftOut
	// keys are those that wait until it is known which are the accounts' own.
	keys []inventory.Key
	// proposals are comments at the end.
	proposals []proposal
}

// add adds an object, or leaves it out where the provider would refuse what it is
// called: one such resource, and nothing at all could be planned.
func (p *part) add(o *object) {
	if err := o.unnameable(); err != nil {
		p.leave(fmt.Sprintf("The %s %s", o.Type, o.ID), err.Error()+", which the provider refuses; change it on the platform, then import it")
		return
	}
	p.objects = append(p.objects, o)
}

// unnameable says what the provider refuses of the object's texts.
func (o *object) unnameable() error {
	for _, a := range o.attributes {
		var err error
		switch a.name {
		case "name":
			err = naming.Check(a.value.AsString())
		case "description":
			err = naming.CheckDescription(a.value.AsString())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *part) leave(what, why string) { p.left = append(p.left, leftOut{what, why}) }
