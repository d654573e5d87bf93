package output

import "reflect"

// emptyArray returns an empty array in place of a nil slice, which JSON would
// show as null.
func emptyArray(value any) any {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice && v.IsNil() {
		return []struct{}{}
	}
	return value
}
