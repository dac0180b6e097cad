package notify

import "crypto/tls"

// Trust makes the mailer believe in the certificates of c instead of the system's.
func (m *Mailer) Trust(c *tls.Config) { m.trust = c }
