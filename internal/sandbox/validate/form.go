package validate

import "regexp"

// forms says what the patterns of the contracts' requests accept. A test finds
// those that are missing.
var forms = map[string]string{
	`^\d+(\.\d{1,8})?$`:        "a decimal number as text, such as 49.90, with at most 8 decimals",
	`^[A-Z]{3}$`:               "a currency's code of 3 capital letters",
	`^[A-Z]{3,5}$`:             "a currency's code of 3 to 5 capital letters",
	`^[A-Z0-9]{1,10}$`:         "1 to 10 capital letters and digits",
	`^[a-z0-9]+(-[a-z0-9]+)*$`: "small letters and digits, with single hyphens between them",
	`^[^@\s]+@[^@\s]+$`:        "an e-mail address",
	`^https?://`:               "an http or https URL",
	`^https?://\S+$`:           "an http or https URL",
}

var idPattern = regexp.MustCompile(`^\^([a-z]+_)\[0-9a-f\]\{32\}\$$`)

// form says in words what a pattern accepts.
func form(pattern string) string {
	if words, ok := forms[pattern]; ok {
		return words
	}
	if id := idPattern.FindStringSubmatch(pattern); id != nil {
		return id[1] + " and 32 hexadecimal digits"
	}
	return "of the form " + pattern
}
