"""The encryption of a workspace: its keys, its files, its database, and how a plain one becomes encrypted.

A data key of 256 random bits is made once for each workspace. It is stored only sealed by AES-256-GCM under a
key that scrypt derives from the passphrase, so another passphrase means one small file written anew. From the
data key HKDF-SHA256 derives one key each for the database (SQLCipher: AES-256-CBC with an HMAC-SHA512 for
each page), for the files and the search index (AES-256-GCM in segments), and for the names of the files.
"""
