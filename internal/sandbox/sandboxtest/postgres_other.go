//go:build !unix

package sandboxtest

// cluster can't be started here: the tests need a unix socket.
type cluster struct {
	bin, dir string
	as       *struct{}
}

func unprivileged(string) (*struct{}, error) { return nil, nil }

func (*cluster) start() error { return errNoPostgres }
