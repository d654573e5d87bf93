package serve

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// answering is a provider that can tell what is unchanged.
type answering struct {
	provider.Provider
	Unchanging
}

// The framework logs what it is asked, so it is asked everything where somebody
// looks at the logs.
func TestTheFrameworkAnswersAllThatIsLogged(t *testing.T) {
	t.Parallel()
	for logged, want := range map[bool]bool{true: false, false: true} {
		served, ok := newServer(&answering{}, logged).(*server)
		if !ok || (served.unchanging != nil) != want {
			t.Errorf("logged %t: answers without the framework: %t, want %t", logged, !want, want)
		}
	}
}
