// Package notify tells people what happened: with a line on the bell of their
// pages, and with mails.
package notify
