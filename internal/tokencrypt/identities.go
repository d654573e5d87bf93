package tokencrypt

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"golang.org/x/crypto/ssh"
)

// ParseIdentities returns the identities of a file: one that age-keygen writes,
// with an identity per line, or an SSH private key without a passphrase. An error
// repeats nothing of the file.
func ParseIdentities(file []byte) ([]age.Identity, error) {
	text := strings.TrimSpace(string(file))
	switch {
	case text == "":
		return nil, errors.New("it is empty")
	case strings.HasPrefix(text, armor.Header), strings.HasPrefix(text, "age-encryption.org/"):
		return nil, errors.New("it is encrypted itself: decrypt it with age, and pass on what that prints")
	case strings.HasPrefix(text, "-----BEGIN "):
		return parseSSH(file)
	case strings.HasPrefix(text, "age1"), strings.HasPrefix(text, "ssh-"):
		return nil, errors.New("it is a recipient, which encrypts: name the file of the identity, which decrypts")
	}
	// Files that were edited on Windows have a carriage return in each line.
	identities, err := age.ParseIdentities(bytes.NewReader(bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))))
	if err != nil {
		return nil, fmt.Errorf("it is no age identity: %w", err)
	}
	return identities, nil
}

func parseSSH(file []byte) ([]age.Identity, error) {
	identity, err := agessh.ParseIdentity(file)
	if _, ok := errors.AsType[*ssh.PassphraseMissingError](err); ok {
		return nil, errors.New("it is an SSH key with a passphrase: age decrypts with it, and asks for the passphrase")
	}
	if err != nil {
		return nil, fmt.Errorf("it is no SSH private key that age can use: %w", err)
	}
	return []age.Identity{identity}, nil
}
