# What `cmake --install` puts where, beside the program itself:
# units, users and folders for systemd, manual pages, documents, the example.
set(SEATSYNC_SYSTEMD_DIR lib/systemd CACHE PATH
	"where systemd looks for units: this folder's `system`, below the prefix")

install(FILES
	systemd/seatsync@.service
	systemd/seatsync@.timer
	systemd/seatsync-alert@.service
	DESTINATION ${SEATSYNC_SYSTEMD_DIR}/system)
install(FILES systemd/sysusers.conf DESTINATION lib/sysusers.d RENAME seatsync.conf)
install(FILES systemd/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME seatsync.conf)

install(FILES man/seatsync.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/seatsync.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)

install(FILES README.md CHANGELOG.md SECURITY.md LICENSE config/seatsync.example.yaml
	DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES config/seatsync.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/seatsync)
