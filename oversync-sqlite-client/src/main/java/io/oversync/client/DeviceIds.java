/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Ids of devices (§1): one for each installation, the same for its life.
 */
public final class DeviceIds {

	private static final int MAX_LENGTH = 256;

	private DeviceIds() {
	}

	/**
	 * Reads the id from a file, or makes one and writes it there. Two processes that
	 * start at once get the same.
	 * @param file the file, which should not be part of backups: two devices with one id
	 * do not see each other's changes
	 * @return the id
	 * @throws UncheckedIOException if the file can be neither read nor written
	 * @throws SyncSetupException if the file does not hold an id
	 */
	public static String loadOrCreate(Path file) {
		try {
			if (!Files.exists(file)) {
				create(file);
			}
			String id = Files.readString(file).strip();
			check(id, "The file " + file);
			return id;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The device id cannot be kept in " + file + ": " + ex.getMessage(), ex);
		}
	}

	private static void create(Path file) throws IOException {
		Path folder = file.toAbsolutePath().getParent();
		Files.createDirectories(folder);
		// complete before it has its name: so that no process reads half an id
		Path draft = Files.createTempFile(folder, "device", ".tmp");
		try {
			Files.writeString(draft, UUID.randomUUID().toString());
			Files.createLink(file, draft);
		}
		catch (FileAlreadyExistsException ex) {
			// another process was faster
		}
		catch (UnsupportedOperationException | FileSystemException ex) {
			// no hard links here, as on Android
			Files.move(draft, file);
		}
		finally {
			Files.deleteIfExists(draft);
		}
	}

	static void check(String id, String where) {
		if (id.isBlank() || id.length() > MAX_LENGTH || id.chars().anyMatch(Character::isISOControl)
				|| id.equals("server")) {
			throw new SyncSetupException(
					where + " holds no device id: it must have 1 to 256 characters without control characters, and not"
							+ " be 'server'");
		}
	}

}
