package codec

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Fits reports whether JSON is a value of a type as it stands, so that anyone who
// decodes it has nothing to convert, nothing to leave out and nothing to choose
// between. An object's attributes may be missing: that they are null is everyone's
// understanding.
func Fits(content []byte, of tftypes.Type) bool {
	if !json.Valid(content) {
		return false
	}
	in := json.NewDecoder(bytes.NewReader(content))
	if !fits(in, of) {
		return false
	}
	_, err := in.Token()
	return err == io.EOF
}

func fits(in *json.Decoder, of tftypes.Type) bool {
	token, err := in.Token()
	if err != nil {
		return false
	}
	switch token {
	case json.Delim('['):
		return fitsElements(in, elementOf(of))
	case json.Delim('{'):
		return fitsAttributes(in, of)
	}
	switch token.(type) {
	case nil:
		return true
	case string:
		return of.Is(tftypes.String)
	case bool:
		return of.Is(tftypes.Bool)
	case float64:
		return of.Is(tftypes.Number)
	}
	return false
}

// fitsElements is fits for the rest of a list.
func fitsElements(in *json.Decoder, element tftypes.Type) bool {
	for in.More() {
		if element == nil || !fits(in, element) {
			return false
		}
	}
	_, err := in.Token()
	return err == nil && element != nil
}

// fitsAttributes is fits for the rest of what JSON calls an object.
func fitsAttributes(in *json.Decoder, of tftypes.Type) bool {
	object, isObject := of.(tftypes.Object)
	ofMap, isMap := of.(tftypes.Map)
	seen := map[string]bool{}
	for in.More() {
		token, err := in.Token()
		name, isName := token.(string)
		if err != nil || !isName || seen[name] {
			return false
		}
		seen[name] = true
		element := ofMap.ElementType
		if isObject {
			element = object.AttributeTypes[name]
		}
		if element == nil || !fits(in, element) {
			return false
		}
	}
	_, err := in.Token()
	return err == nil && (isObject || isMap)
}

// elementOf is the type of a list's or a set's elements, nil for any other type.
func elementOf(of tftypes.Type) tftypes.Type {
	switch t := of.(type) {
	case tftypes.List:
		return t.ElementType
	case tftypes.Set:
		return t.ElementType
	}
	return nil
}
