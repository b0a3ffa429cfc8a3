/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;
import java.util.List;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of workloads.
 *
 * @param target the server
 * @param databaseUrl its database, to look at its tables, or null
 * @param application whether the server captures what the application writes there
 * @param nemesis the disturbances of the server
 * @param tables the synced tables
 * @param folder the folder of the devices' files
 * @param clients the surroundings of the devices' clients
 * @param watching whether it tells devices of changes by itself
 * @param node another node of it, or null
 */
record Setting(SyncTarget target, @Nullable String databaseUrl, boolean application, Nemesis nemesis,
		TableModels tables, Path folder, ClientSetting clients, boolean watching, @Nullable SecondNode node) {

	/** Returns the addresses of all nodes. */
	List<String> addresses() {
		return (this.node != null) ? List.of(this.target.address(), this.node.address())
				: List.of(this.target.address());
	}

	/** Returns the setting without devices that only watch. */
	Setting unwatched() {
		return new Setting(this.target, this.databaseUrl, this.application, this.nemesis, this.tables, this.folder,
				this.clients, false, this.node);
	}

	/** Returns the setting with other surroundings of the devices' clients. */
	Setting with(ClientSetting clients) {
		return new Setting(this.target, this.databaseUrl, this.application, this.nemesis, this.tables, this.folder,
				clients, this.watching, this.node);
	}

}
