package resourcekind

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Generated is a resource that is written for a live object.
type Generated struct {
	// Type is the resource's type, ID the object's id.
	Type, ID string
	// Label is what people call the object; Hint tells objects of one label apart, such
	// as the company's name.
	Label, Hint string
}

// Names gives every resource a name of its own among those of its type, in their order.
// Names come from what objects are called alone, not from the order in which they are
// read, so that the same account gets the same names again.
func Names(resources []Generated) []string {
	tries := []func(Generated) string{
		func(g Generated) string { return Slug(g.Label, "this") },
		func(g Generated) string { return Slug(g.Label+" "+g.Hint, "this") },
		func(g Generated) string { return Slug(g.Label+" "+g.Hint+" "+g.ID, "this") },
	}
	names := make([]string, len(resources))
	for i, g := range resources {
		names[i] = tries[0](g)
	}
	for _, try := range tries[1:] {
		count := map[string]int{}
		for i, g := range resources {
			count[g.Type+"."+names[i]]++
		}
		for i, g := range resources {
			if count[g.Type+"."+names[i]] > 1 {
				names[i] = try(g)
			}
		}
	}
	return names
}

// Slug makes a name as Terraform takes it: small letters, digits and single
// underscores, beginning with a letter. What has nothing of that is otherwise.
func Slug(text, otherwise string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(spelled.Replace(mask.Text(text)))) {
		switch {
		case unicode.Is(unicode.Mn, r): // the dots of an ä
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	made := strings.Trim(b.String(), "_")
	switch {
	case made == "":
		return otherwise
	case made[0] >= '0' && made[0] <= '9':
		return "n" + made
	default:
		return made
	}
}

// spelled are letters that have no base letter but a spelling.
var spelled = strings.NewReplacer("ß", "ss", "æ", "ae", "Æ", "ae", "ø", "o", "Ø", "o", "ł", "l", "Ł", "l", "đ", "d", "Đ", "d")
