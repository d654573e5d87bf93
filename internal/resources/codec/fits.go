package codec

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Fits reports whether JSON is a value of a type as it stands, so that whoever
// decodes it has nothing to convert and nothing to leave out. An object's attributes
// may be missing: that they are null is everybody's understanding.
func Fits(content []byte, of tftypes.Type) bool {
	var value any
	return json.Unmarshal(content, &value) == nil && fits(value, of)
}

func fits(value any, of tftypes.Type) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return of.Is(tftypes.String)
	case bool:
		return of.Is(tftypes.Bool)
	case float64:
		return of.Is(tftypes.Number)
	case []any:
		element := elementOf(of)
		for _, item := range v {
			if element == nil || !fits(item, element) {
				return false
			}
		}
		return element != nil
	case map[string]any:
		return fitsEach(v, of)
	}
	return false
}

// fitsEach is fits for what JSON calls an object.
func fitsEach(values map[string]any, of tftypes.Type) bool {
	object, isObject := of.(tftypes.Object)
	ofMap, isMap := of.(tftypes.Map)
	for name, value := range values {
		element := ofMap.ElementType
		if isObject {
			element = object.AttributeTypes[name]
		}
		if element == nil || !fits(value, element) {
			return false
		}
	}
	return isObject || isMap
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
