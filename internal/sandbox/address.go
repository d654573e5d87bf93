package sandbox

import (
	"fmt"
	"net"
)

// reachable is an address to call a listener at: the loopback one where it
// listens at all of them.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// exposed returns the warnings about an address that others than this machine
// can call. What is served is plain HTTP: keys and secrets travel readable.
func exposed(address string) []string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() {
		return nil
	}
	return []string{fmt.Sprintf("Other machines can reach %s, and anyone on the network path can read the keys: the sandbox speaks plain HTTP. "+
		"To serve this machine alone, use --listen 127.0.0.1:%s.", address, port)}
}
