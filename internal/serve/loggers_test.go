package serve

import (
	"slices"
	"testing"
)

func TestQuietLoggers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		environment []string
		quiet       bool
	}{
		"nothing":                       {nil, true},
		"nothing about logs":            {[]string{"HOME=/home/x", "TF_LOGIN=1", "TF_DATA_DIR=/x"}, true},
		"TF_LOG":                        {[]string{"TF_LOG=TRACE"}, false},
		"TF_LOG in any case":            {[]string{"TF_LOG=info"}, false},
		"as JSON":                       {[]string{"TF_LOG=JSON"}, false},
		"a level that no one knows":     {[]string{"TF_LOG=1"}, false},
		"TF_LOG off":                    {[]string{"TF_LOG=off"}, true},
		"TF_LOG empty":                  {[]string{"TF_LOG="}, true},
		"off, but the provider's on":    {[]string{"TF_LOG=OFF", "TF_LOG_PROVIDER=DEBUG"}, false},
		"all providers":                 {[]string{"TF_LOG_PROVIDER=DEBUG"}, false},
		"this provider":                 {[]string{"TF_LOG_PROVIDER_KEYWARD=DEBUG"}, false},
		"the libraries":                 {[]string{"TF_LOG_SDK=TRACE"}, false},
		"the protocol":                  {[]string{"TF_LOG_SDK_PROTO=WARN"}, false},
		"the framework":                 {[]string{"TF_LOG_SDK_FRAMEWORK=DEBUG"}, false},
		"the loggers off already":       {[]string{"TF_LOG_SDK=off", "TF_LOG_SDK_PROTO=OFF"}, true},
		"Terraform's own logs":          {[]string{"TF_LOG_CORE=TRACE"}, true},
		"a place for logs, but no logs": {[]string{"TF_LOG_PATH=/tmp/log", "TF_LOG_PATH_MASK=%s", "TF_LOG_SDK_PROTO_DATA_DIR=/tmp"}, true},
		"a place and a level":           {[]string{"TF_LOG_PATH=/tmp/log", "TF_LOG=WARN"}, false},
		"a value with an equals sign":   {[]string{"TF_LOG==x"}, false},
		"no value at all":               {[]string{"TF_LOG"}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			if test.quiet {
				want = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_KEYWARD"}
			}
			if got := quietLoggers(test.environment); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
