/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Checksums of a user's live rows, all of one moment (§4.1).
 *
 * @param head the head of the stream at that moment
 * @param tables one for each table, in the order of their names
 */
public record Checksums(long head, List<Table> tables) {

	/**
	 * The checksum of a table.
	 *
	 * @param name the table
	 * @param rows the number of live rows
	 * @param digest the sum of {@link Checksums#digest} of all of them
	 * @param entries the rows by their keys; null if they were not asked for, or are many
	 */
	public record Table(TableName name, long rows, long digest, @Nullable List<Entry> entries) {
	}

	/**
	 * A live row.
	 *
	 * @param pk its key
	 * @param version its version
	 * @param serverId the position of the change that made the version
	 */
	public record Entry(UUID pk, long version, long serverId) {
	}

	/**
	 * Returns the digest of a row: the first 64 bits of a SHA-256. Those of several rows
	 * are added, so their order does not matter.
	 * @param pk the key
	 * @param version the version
	 * @return the digest
	 */
	public static long digest(UUID pk, long version) {
		try {
			byte[] text = (pk + ":" + version).getBytes(StandardCharsets.US_ASCII);
			return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
