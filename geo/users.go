package geo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// User is somebody who may sign in.
type User struct {
	ID        int64     `json:"-"`
	Name      string    `json:"name"`
	Role      string    `json:"role"` // planner or admin
	Disabled  bool      `json:"disabled"`
	CreatedAt time.Time `json:"created_at"`
}

// UserRoles are the roles that a user may have.
var UserRoles = []string{"planner", "admin"}

// MinPassword is the shortest password, in characters.
const MinPassword = 10

// AddUser stores a new user; q is the owner's.
func AddUser(ctx context.Context, q Querier, name, password, role string) error {
	hash, err := newHash(password)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `INSERT INTO kraj.users (name, role, password_hash) VALUES ($1, $2, $3)`, name, role, hash)
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && pg.ConstraintName == "users_name":
		return Errorf(Conflict, "User exists", "there is a user %q already; kraj user password %s changes the password", name, name)
	case errors.As(err, &pg) && pg.ConstraintName == "users_name_check":
		return Errorf(Invalid, "Bad user name", "a name has 1 to 63 characters, none of them a control character, no space at its ends")
	case errors.As(err, &pg) && pg.ConstraintName == "users_role_check":
		return Errorf(Invalid, "Bad role", "a role is one of: planner, admin")
	case err != nil:
		return fmt.Errorf("adding the user %q: %w", name, err)
	}
	return nil
}

// ListUsers lists all users by name; q is the owner's.
func ListUsers(ctx context.Context, q Querier) ([]User, error) {
	rows, err := q.Query(ctx, `SELECT id, name, role, disabled, created_at FROM kraj.users ORDER BY name COLLATE "sl-x-icu", id`)
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	users, err := pgx.CollectRows(rows, pgx.RowToStructByPos[User])
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	return users, nil
}

// SetPassword changes a user's password and ends their sessions; q is the owner's.
func SetPassword(ctx context.Context, q Querier, name, password string) error {
	hash, err := newHash(password)
	if err != nil {
		return err
	}
	return changeUser(ctx, q, name, `UPDATE kraj.users SET password_hash = $2, password_changed_at = now()`, hash)
}

// SetDisabled locks a user out, ending their sessions, or lets them in again; q
// is the owner's.
func SetDisabled(ctx context.Context, q Querier, name string, disabled bool) error {
	return changeUser(ctx, q, name, `UPDATE kraj.users SET disabled = $2`, disabled)
}

func changeUser(ctx context.Context, q Querier, name, update string, value any) error {
	var changed int
	err := q.QueryRow(ctx, `WITH changed AS (`+update+` WHERE lower(name COLLATE "und-x-icu") = lower($1 COLLATE "und-x-icu") RETURNING id),
		ended AS (DELETE FROM kraj.sessions WHERE user_id IN (SELECT id FROM changed))
		SELECT count(*) FROM changed`, name, value).Scan(&changed)
	if err != nil {
		return fmt.Errorf("changing the user %q: %w", name, err)
	}
	if changed == 0 {
		return Errorf(NotFound, "Unknown user", "there is no user %q; kraj user list shows all", name)
	}
	return nil
}

// SignIn checks a name and a password; q is the owner's. Whether the name, the
// password or a lock was the reason is not told apart, not even by the time taken.
func SignIn(ctx context.Context, q Querier, name, password string) (User, error) {
	var u User
	var hash string
	err := q.QueryRow(ctx, `SELECT id, name, role, disabled, created_at, password_hash FROM kraj.users
		WHERE lower(name COLLATE "und-x-icu") = lower($1 COLLATE "und-x-icu")`, name).
		Scan(&u.ID, &u.Name, &u.Role, &u.Disabled, &u.CreatedAt, &hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return User{}, fmt.Errorf("signing in: %w", err)
	}
	known := err == nil
	if !known {
		hash = decoyHash
	}
	if matches := checkPassword(hash, password); !matches || !known || u.Disabled {
		return User{}, Errorf(Forbidden, "Not signed in", "the name or the password is not right")
	}
	return u, nil
}

// sessionLife is how long a session lasts at most; without use it ends earlier.
const sessionLife = 7 * 24 * time.Hour

// NewSession makes a session; q is the owner's. The token is given to the client
// and stored nowhere, the database keeps its hash.
func NewSession(ctx context.Context, q Querier, user User) (token string, expires time.Time, err error) {
	token = base64.RawURLEncoding.EncodeToString(randomBytes(32))
	expires = time.Now().Add(sessionLife)
	_, err = q.Exec(ctx, `WITH swept AS (DELETE FROM kraj.sessions WHERE expires_at < now())
		INSERT INTO kraj.sessions (token_hash, user_id, expires_at) VALUES ($1, $2, $3)`, tokenHash(token), user.ID, expires)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("making a session: %w", err)
	}
	return token, expires, nil
}

// SessionUser tells who is signed in with the token; nil when nobody is. q is a
// planner's or the owner's.
func SessionUser(ctx context.Context, q Querier, token string) (*User, error) {
	rows, err := q.Query(ctx, `SELECT * FROM kraj.session_user_of($1)`, tokenHash(token))
	if err != nil {
		return nil, fmt.Errorf("looking for the session: %w", err)
	}
	u, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[User])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // nobody is signed in: neither a user nor a failure
	}
	if err != nil {
		return nil, fmt.Errorf("looking for the session: %w", err)
	}
	return u, nil
}

// EndSession signs the token's browser out; q is the owner's.
func EndSession(ctx context.Context, q Querier, token string) error {
	if _, err := q.Exec(ctx, `DELETE FROM kraj.sessions WHERE token_hash = $1`, tokenHash(token)); err != nil {
		return fmt.Errorf("ending the session: %w", err)
	}
	return nil
}

func newHash(password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return "", Errorf(Invalid, "Password too short", "a password has at least %d characters; this one has %d", MinPassword, n)
	case len(password) > maxPassword:
		return "", Errorf(Invalid, "Password too long", "a password has at most %d bytes", maxPassword)
	}
	return hashPassword(password), nil
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return b
}
