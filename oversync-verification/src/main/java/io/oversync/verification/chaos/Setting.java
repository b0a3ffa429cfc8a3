/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import org.jspecify.annotations.Nullable;

/**
 * Where workloads run.
 *
 * @param target the server
 * @param databaseUrl its database, to look at its tables, or null
 * @param nemesis what may be done to the server
 * @param tables those that are synced
 * @param folder where the devices' files go
 * @param clients what is around the devices' clients
 */
record Setting(SyncTarget target, @Nullable String databaseUrl, Nemesis nemesis, TableModels tables, Path folder,
		ClientSetting clients) {

	/** Returns the same with something else around the devices' clients. */
	Setting with(ClientSetting clients) {
		return new Setting(this.target, this.databaseUrl, this.nemesis, this.tables, this.folder, clients);
	}

}
