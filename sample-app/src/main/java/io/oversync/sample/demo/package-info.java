/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The demo in the browser: two phones and the server's table in one page. An application
 * that starts from the sample deletes this package, {@code resources/demo},
 * {@code V3__notes.sql}, {@code business.notes} and {@code sample.demo} in
 * {@code application.yml}, and the dependency on the SQLite client.
 */
@NullMarked
package io.oversync.sample.demo;

import org.jspecify.annotations.NullMarked;
