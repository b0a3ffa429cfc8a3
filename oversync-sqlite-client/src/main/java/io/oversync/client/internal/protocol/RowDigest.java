/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The digest of a row's key and version (§4.1). Those of several rows are added.
 */
public final class RowDigest {

	private final MessageDigest sha256;

	/** Creates one, to be used by one thread. */
	public RowDigest() {
		try {
			this.sha256 = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * Returns the digest of a row.
	 * @param pk a dashed UUID in lower case
	 */
	public long of(String pk, long version) {
		byte[] text = (pk + ":" + version).getBytes(StandardCharsets.US_ASCII);
		return ByteBuffer.wrap(this.sha256.digest(text)).getLong();
	}

}
