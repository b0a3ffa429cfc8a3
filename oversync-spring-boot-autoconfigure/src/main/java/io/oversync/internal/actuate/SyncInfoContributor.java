/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oversync.internal.service.CurrentEpoch;
import io.oversync.service.SyncService;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * The version of the library, the registered tables and the epoch.
 */
public final class SyncInfoContributor implements InfoContributor {

	private final String version;

	private final SyncService service;

	private final CurrentEpoch epoch;

	/**
	 * Creates the contributor.
	 * @param version the version of the library
	 * @param service knows the tables
	 * @param epoch the name of the server's history
	 */
	public SyncInfoContributor(String version, SyncService service, CurrentEpoch epoch) {
		this.version = version;
		this.service = service;
		this.epoch = epoch;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("version", this.version);
		details.put("tables", this.service.registeredTables());
		String name = this.epoch.name();
		if (name != null) {
			details.put("epoch", name);
		}
		builder.withDetail("oversync", details);
	}

}
