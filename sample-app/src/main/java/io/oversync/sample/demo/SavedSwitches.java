/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;

/**
 * A session's switches that a restart of the server must not change: whether a phone is
 * online, and its resolver.
 */
final class SavedSwitches {

	private final Path file;

	private final Properties saved = new Properties();

	SavedSwitches(Path file) {
		this.file = file;
		if (Files.exists(file)) {
			try (Reader reader = Files.newBufferedReader(file)) {
				this.saved.load(reader);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	boolean isOnline(String phone) {
		return !"false".equals(this.saved.getProperty(phone + ".online"));
	}

	ResolverChoice resolver(String phone) {
		return ResolverChoice.of(this.saved.getProperty(phone + ".resolver", ResolverChoice.MERGE.id()));
	}

	synchronized void save(Map<String, Phone> phones) {
		phones.forEach((name, phone) -> {
			this.saved.setProperty(name + ".online", Boolean.toString(phone.isOnline()));
			this.saved.setProperty(name + ".resolver", phone.resolver().id());
		});
		Path draft = this.file.resolveSibling(this.file.getFileName() + ".tmp");
		try {
			try (Writer writer = Files.newBufferedWriter(draft)) {
				this.saved.store(writer, null);
			}
			Files.move(draft, this.file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
