/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the demo.
 *
 * @param enabled whether there is a demo; by default with the embedded database only
 * @param directory folder of the phones' files
 * @param sessionTimeout time without a request or an open page after which a session ends
 * @param maxSessions most sessions at a time
 */
@ConfigurationProperties("sample.demo")
record DemoProperties(@Nullable Boolean enabled, @DefaultValue("data/demo") Path directory,
		@DefaultValue("15m") Duration sessionTimeout, @DefaultValue("20") int maxSessions,
		@DefaultValue("1m") Duration evictAfter, @DefaultValue List<String> hosts) {
}
